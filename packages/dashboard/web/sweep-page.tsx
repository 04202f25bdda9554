/** A sweep: how far it is, the EDFs as they grow, who trains what, what failed and why, and all its trials. */
import type { Edf, SweepAnalysis } from '../selection-schema.ts';
import type { SweepDetail } from '../sweep-schema.ts';
import { SweepActions } from './actions.tsx';
import { AnnotationEditor } from './annotations.tsx';
import type { PageProps } from './app.tsx';
import { EdfFigure, EdfTable, selectionQuery } from './edf-figure.tsx';
import { ofSweeps, useComputed, useLoaded } from './loaded.ts';
import { Progress } from './progress.tsx';
import { Shown } from './states.tsx';
import { TrialsTable } from './trials-table.tsx';
import { count, duration, percent, rate } from './words.ts';

export function SweepPage({ name, about }: PageProps) {
  const id = Number(name);
  const loaded = useLoaded<SweepDetail>(`/api/sweeps/${id}`, ofSweeps([id]));
  const allowWrite = about?.allowWrite === true;
  return (
    <>
      <p class="path">
        <a href="/">Sweeps</a> /
      </p>
      <h1>{loaded.value?.name ?? `Sweep ${id}`}</h1>
      <Shown of={loaded} what="the sweep">
        {(sweep) => (
          <>
            {sweep.counts.completed > 0 && <Finding id={id} />}
            <Progress counts={sweep.counts} />
            <Figures {...sweep} />
            {allowWrite && <SweepActions sweep={sweep} />}
            <AnnotationEditor
              of={`/api/sweeps/${id}`}
              annotation={sweep.annotation}
              allowWrite={allowWrite}
            />
            <Edfs id={id} spaces={sweep.spaces} />
            <Workers {...sweep} />
            <Failures {...sweep} />
            <TrialsTable sweep={sweep} />
          </>
        )}
      </Shown>
    </>
  );
}

/** What the analysis finds, once it is known. */
function Finding({ id }: { id: number }) {
  type Result = Extract<SweepAnalysis, { result: unknown }>['result'];
  const { value } = useComputed<Result>(`/api/sweeps/${id}/analysis`, ofSweeps([id]));
  return value === undefined ? null : <p class="finding">{value.finding}</p>;
}

function Figures({ leastError, trialsPerHour, secondsLeft, workers }: SweepDetail) {
  return (
    <dl class="figures-row">
      <div>
        <dt>best error</dt>
        <dd>{percent(leastError)}</dd>
      </div>
      <div>
        <dt>in training</dt>
        <dd>{workers.length}</dd>
      </div>
      <div>
        <dt>trials an hour</dt>
        <dd>{rate(trialsPerHour)}</dd>
      </div>
      <div>
        <dt>time left</dt>
        <dd>{duration(secondsLeft)}</dd>
      </div>
    </dl>
  );
}

function Edfs({ id, spaces }: { id: number; spaces: readonly string[] }) {
  const selections =
    spaces.length < 2 || spaces.length > 8 ? [{ sweep: id }] : spaces.map((space) => ({ sweep: id, space }));
  const loaded = useComputed<{ edfs: Edf[] }>(`/api/edfs?${selectionQuery(selections)}`, ofSweeps([id]));
  const compare = new URLSearchParams(selections.map((each) => ['of', JSON.stringify(each)]));
  return (
    <section aria-labelledby="edfs">
      <h2 id="edfs">Error distributions</h2>
      <Shown of={loaded} what="the errors">
        {({ edfs }) => (
          <>
            <EdfFigure edfs={edfs} label="EDFs of the errors with their 95 % bands" />
            <EdfTable edfs={edfs} />
            <p class="toolbar">
              <a class="button" href={`/compare?${compare}`}>
                Compare
              </a>
              <a class="button" href={`/api/sweeps/${id}/trials.csv`} download>
                All trials as CSV
              </a>
              <a class="button" href={`/api/sweeps/${id}/trials.jsonl`} download>
                JSONL
              </a>
              <a class="button" href={`/api/sweeps/${id}/trials.parquet`} download>
                Parquet
              </a>
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}

function Workers({ workers }: SweepDetail) {
  if (workers.length === 0) return null;
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">In training</h2>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Table of workers">
        <table>
          <thead>
            <tr>
              <th scope="col">Worker</th>
              <th scope="col" class="words">
                Trial
              </th>
              <th scope="col">Epoch</th>
              <th scope="col">Error so far</th>
              <th scope="col">Images a second</th>
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => (
              <tr key={`${worker.trialId}/${worker.attempt}`}>
                <th scope="row">
                  {worker.owner} {worker.overdue && <span class="tag">overdue: it may be dead</span>}
                </th>
                <td class="words">
                  <a href={`/trials/${worker.trialId}`}>
                    {worker.space} {worker.index + 1}
                  </a>
                </td>
                <td>
                  {worker.epoch}
                  {worker.epochs !== undefined && ` of ${worker.epochs}`}
                </td>
                <td>{percent(worker.validationError)}</td>
                <td>{worker.imagesPerSecond === undefined ? '–' : Math.round(worker.imagesPerSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Grouped by what went wrong: a hundred trials often fail for one reason. */
function Failures({ failures, counts }: SweepDetail) {
  const all = counts.failed + counts.diverged;
  if (failures.length === 0) return null;
  const reasons = Map.groupBy(failures, ({ reason = 'no reason was kept' }) => reason);
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      {all > failures.length && (
        <p class="note">
          {failures.length} of {all}; the filter <code>status = failed or status = diverged</code> below has
          all.
        </p>
      )}
      {[...reasons].map(([reason, trials], i) => (
        <details key={reason} class="failure">
          <summary>
            {count(trials.length, 'trial')} {trials[0]?.status}: {reason.split('\n', 1)[0]}
          </summary>
          <pre tabIndex={0} role="region" aria-label={`Reason ${i + 1}`}>
            {reason}
          </pre>
          <p>
            {trials.map(({ trialId, space, index, attempt }) => (
              <>
                <a href={`/trials/${trialId}`}>
                  {space} {index + 1}
                </a>
                {attempt > 1 && ` (attempt ${attempt})`}{' '}
              </>
            ))}
          </p>
        </details>
      ))}
    </section>
  );
}
