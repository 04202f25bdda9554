/** All sweeps of the store, the newest first, while they run. */
import { useState } from 'preact/hooks';
import type { SweepList, SweepSummary } from '../sweep-schema.ts';
import type { PageProps } from './app.tsx';
import { useLoaded } from './loaded.ts';
import { Progress, totalOf } from './progress.tsx';
import { go, usePlace, withQuery } from './route.ts';
import { Shown } from './states.tsx';
import { duration, moment, percent, rate } from './words.ts';

export function SweepsPage({ about }: PageProps) {
  const { query } = usePlace();
  const sought = query.get('find') ?? '';
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const loaded = useLoaded<SweepList>('/api/sweeps', ({ kind }) => kind === 'changed' || kind === 'ended');
  return (
    <>
      <h1>Sweeps</h1>
      <Shown of={loaded} what="sweeps">
        {({ sweeps }) =>
          sweeps.length === 0 ? (
            <Empty store={about?.store} />
          ) : (
            <>
              <div class="toolbar">
                <input
                  type="search"
                  aria-label="Find a sweep by name or tag"
                  placeholder="name or tag"
                  value={sought}
                  onInput={({ currentTarget }) =>
                    go(withQuery(query, { find: currentTarget.value }), { replace: true })
                  }
                />
                {chosen.length > 0 && (
                  <a class="button" href={compareAddress(chosen)}>
                    Compare {chosen.length === 1 ? 'the spaces of one' : chosen.length}
                  </a>
                )}
              </div>
              <SweepTable
                sweeps={sweeps.filter((sweep) => matches(sweep, sought))}
                chosen={chosen}
                onChoose={setChosen}
              />
            </>
          )
        }
      </Shown>
    </>
  );
}

function matches({ name, annotation }: SweepSummary, sought: string): boolean {
  const words = [name, ...annotation.tags].map((word) => word.toLowerCase());
  return words.some((word) => word.includes(sought.trim().toLowerCase()));
}

function compareAddress(ids: readonly number[]): string {
  const query = new URLSearchParams(ids.map((sweep) => ['of', JSON.stringify({ sweep })]));
  return `/compare?${query}`;
}

interface TableProps {
  readonly sweeps: readonly SweepSummary[];
  readonly chosen: readonly number[];
  readonly onChoose: (ids: readonly number[]) => void;
}

function SweepTable({ sweeps, chosen, onChoose }: TableProps) {
  if (sweeps.length === 0) return <p class="quiet">No sweep has such a name or tag.</p>;
  return (
    <ul class="sweeps">
      {sweeps.map((sweep) => (
        <li key={sweep.id}>
          <input
            type="checkbox"
            aria-label={`Compare ${sweep.name}`}
            checked={chosen.includes(sweep.id)}
            disabled={chosen.length >= 8 && !chosen.includes(sweep.id)}
            onChange={({ currentTarget }) =>
              onChoose(
                currentTarget.checked ? [...chosen, sweep.id] : chosen.filter((each) => each !== sweep.id),
              )
            }
          />
          <SweepRow {...sweep} />
        </li>
      ))}
    </ul>
  );
}

function SweepRow(sweep: SweepSummary) {
  const { id, name, counts, leastError, createdAt, annotation, trialsPerHour, secondsLeft } = sweep;
  const total = totalOf(counts);
  const ended = counts.completed + counts.diverged + counts.failed;
  return (
    <div class="sweep-row">
      <h2>
        <a href={`/sweeps/${id}`}>{name}</a>{' '}
        {annotation.tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </h2>
      <Progress counts={counts} />
      <dl>
        <div>
          <dt>ended</dt>
          <dd>
            {ended} of {total}
          </dd>
        </div>
        <div>
          <dt>best error</dt>
          <dd>{percent(leastError)}</dd>
        </div>
        {trialsPerHour === undefined ? (
          <div class="when">
            <dt>planned</dt>
            <dd>{moment(createdAt)}</dd>
          </div>
        ) : (
          <>
            <div>
              <dt>trials an hour</dt>
              <dd>{rate(trialsPerHour)}</dd>
            </div>
            <div>
              <dt>time left</dt>
              <dd>{duration(secondsLeft)}</dd>
            </div>
          </>
        )}
      </dl>
    </div>
  );
}

function Empty({ store }: { store: string | undefined }) {
  return (
    <div class="empty">
      <p>There is no sweep in {store ?? 'this store'} yet. A plan becomes one by</p>
      <pre>netspace run PLAN.yaml</pre>
      <p>
        and trials from elsewhere by <code>netspace import FILE</code>. They show up here by themselves.
        Meanwhile, the <a href="/regnet">RegNet explorer</a> and the <a href="/spaces">design spaces</a> need
        no store.
      </p>
    </div>
  );
}
