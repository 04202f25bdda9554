/** The reports of the folder that the dashboard was started with, each opened in a frame that is a stranger to this page. */
import type { ReportList } from '../report-schema.ts';
import type { PageProps } from './app.tsx';
import { useLoaded } from './loaded.ts';
import { Shown } from './states.tsx';
import { moment } from './words.ts';

export function ReportsPage({ name }: PageProps) {
  const loaded = useLoaded<ReportList>('/api/reports');
  if (name !== '') return <OpenReport id={name} list={loaded.value} />;
  return (
    <>
      <h1>Reports</h1>
      <Shown of={loaded} what="the reports">
        {({ reports }) =>
          reports.length === 0 ? (
            <div class="empty">
              <p>No report lies in the folder of reports. One is made by</p>
              <pre>netspace report SWEEP -o reports/NAME.html</pre>
              <p>
                or, as a file to keep, from any selection under <a href="/compare">Compare</a>. Another folder
                is named by <code>netspace dashboard --reports FOLDER</code>.
              </p>
            </div>
          ) : (
            <ul class="reports">
              {reports.map((report) => (
                <li key={report.id}>
                  <a href={`/reports/${report.id}/view`}>
                    <Thumbnail id={report.id} />
                    <b>{report.name.replace(/\.html$/i, '')}</b>
                  </a>
                  <span class="quiet">
                    {moment(report.modifiedAt)}, {Math.ceil(report.bytes / 1024)} kB
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

/** The page itself, small, out of reach of keys and clicks; loaded when it comes into view. */
function Thumbnail({ id }: { id: string }) {
  return (
    <span class="thumbnail" aria-hidden="true">
      <iframe src={`/reports/${id}`} title="" sandbox="" loading="lazy" tabIndex={-1} scrolling="no" inert />
    </span>
  );
}

function OpenReport({ id, list }: { id: string; list: ReportList | undefined }) {
  const report = list?.reports.find((each) => each.id === id);
  const title = report?.name ?? 'Report';
  return (
    <div class="open-report">
      <p class="path">
        <a href="/reports">Reports</a> / {title}{' '}
        <a href={`/reports/${id}`} target="_blank" rel="noopener">
          in a window of its own
        </a>
      </p>
      <h1 class="visually-hidden">{title}</h1>
      {list !== undefined && report === undefined ? (
        <p class="problem" role="alert">
          There is no such report any more.
        </p>
      ) : (
        <iframe src={`/reports/${id}`} title={title} sandbox="allow-scripts allow-downloads" />
      )}
    </div>
  );
}
