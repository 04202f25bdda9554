/** The reports of the folder that the dashboard was started with, each opened in a frame that is a stranger to this page. */
import { edfPaths, thumbnailSize } from '@netspace/report/edf-thumbnail';
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
                <ReportItem key={report.id} {...report} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

type Report = ReportList['reports'][number];

function ReportItem({ id, name, bytes, modifiedAt, summary }: Report) {
  return (
    <li>
      <a href={`/reports/${id}/view`}>
        {summary && <Thumbnail {...summary} />}
        <b>{summary?.headline ?? nameOf(name)}</b>
      </a>
      {summary && <p>{summary.detail}</p>}
      <span class="quiet">
        {summary === undefined ? '' : `${nameOf(name)}, `}
        {moment(modifiedAt)}, {Math.ceil(bytes / 1024)} kB
      </span>
    </li>
  );
}

function nameOf(file: string): string {
  return file.replace(/\.html$/i, '').replace(/\/report$/, '');
}

/** Its EDFs, whose names stand in the report. */
function Thumbnail({ spaces }: NonNullable<Report['summary']>) {
  const { width, height } = thumbnailSize;
  return (
    <svg class="thumbnail" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {edfPaths(spaces.map(({ edf }) => edf)).map((path, i) => (
        <path key={i} class={`space-${(i % 6) + 1}`} d={path} />
      ))}
    </svg>
  );
}

function OpenReport({ id, list }: { id: string; list: ReportList | undefined }) {
  const report = list?.reports.find((each) => each.id === id);
  const title = report === undefined ? 'Report' : nameOf(report.name);
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
