/** The trials of a sweep, a page at a time; order, filter and page are in the address. */
import { formatQuantity } from '@netspace/network/quantity';
import { useEffect, useState } from 'preact/hooks';
import type { SweepDetail } from '../sweep-schema.ts';
import type { TrialPage, TrialRow } from '../trial-schema.ts';
import { ofSweeps, useLoaded } from './loaded.ts';
import { ReportButton } from './report-button.tsx';
import { go, usePlace, withQuery } from './route.ts';
import { Shown } from './states.tsx';
import { count, percent } from './words.ts';

const pageSize = 50;
const columns = [
  { name: 'index', title: 'Trial' },
  { name: 'space', title: 'Space' },
  { name: 'status', title: 'Status' },
  { name: 'error', title: 'Error' },
  { name: 'flops', title: 'Flops' },
  { name: 'params', title: 'Params' },
  { name: 'activations', title: 'Activations' },
  { name: 'attempt', title: 'Attempts' },
] as const;

export function TrialsTable({ sweep }: { sweep: SweepDetail }) {
  const { query } = usePlace();
  const [order, descending] = [query.get('order') ?? 'index', query.get('descending') === 'true'];
  const page = Math.max(1, Math.trunc(Number(query.get('page') ?? 1)) || 1);
  const where = query.get('where') ?? '';
  const asked = new URLSearchParams({
    limit: String(pageSize),
    offset: String((page - 1) * pageSize),
    order,
    descending: String(descending),
    ...(where !== '' && { where }),
  });
  const loaded = useLoaded<TrialPage>(`/api/sweeps/${sweep.id}/trials?${asked}`, ofSweeps([sweep.id]));
  const sort = (name: string): void =>
    go(
      withQuery(query, {
        order: name,
        descending: name === order && !descending ? 'true' : undefined,
        page: undefined,
      }),
      { replace: true },
    );
  return (
    <section aria-labelledby="trials">
      <h2 id="trials">Trials</h2>
      <Filter where={where} />
      <Shown of={loaded} what="trials">
        {({ total, trials }) => (
          <>
            <div class="scrolling" tabIndex={0} role="region" aria-label="Table of trials">
              <table class="trials">
                <thead>
                  <tr>
                    {columns.map(({ name, title }) => (
                      <th
                        key={name}
                        scope="col"
                        aria-sort={name === order ? (descending ? 'descending' : 'ascending') : undefined}
                      >
                        <button type="button" onClick={() => sort(name)}>
                          {title}
                        </button>
                      </th>
                    ))}
                    <th scope="col">Depths</th>
                    <th scope="col">Widths</th>
                  </tr>
                </thead>
                <tbody>
                  {trials.map((trial) => (
                    <Row key={trial.id} {...trial} />
                  ))}
                </tbody>
              </table>
            </div>
            <Pages total={total} page={page} />
            {total > 0 && (
              <ReportButton
                selections={[{ sweep: sweep.id, ...(where !== '' && { where }) }]}
                label={where === '' ? 'Report on the sweep as a file' : 'Report on these as a file'}
              />
            )}
          </>
        )}
      </Shown>
    </section>
  );
}

function Row({ id, index, space, status, error, flops, params, activations, attempt, network }: TrialRow) {
  return (
    <tr>
      <th scope="row">
        <a href={`/trials/${id}`}>{index + 1}</a>
      </th>
      <td>{space}</td>
      <td>{status === 'leased' ? 'in training' : status}</td>
      <td>{percent(error)}</td>
      <td>{quantity(flops)}</td>
      <td>{quantity(params)}</td>
      <td>{quantity(activations)}</td>
      <td>{attempt}</td>
      <td>{network.stages.map(({ depth }) => depth).join(' ')}</td>
      <td>{network.stages.map(({ width }) => width).join(' ')}</td>
    </tr>
  );
}

function quantity(value: number | undefined): string {
  return value === undefined ? '–' : formatQuantity(value);
}

/** Applied with Enter, or when it is left: half an expression is no filter. */
function Filter({ where }: { where: string }) {
  const { query } = usePlace();
  const [text, setText] = useState(where);
  useEffect(() => setText(where), [where]);
  const apply = (): void => {
    if (text !== where) go(withQuery(query, { where: text.trim(), page: undefined }));
  };
  return (
    <form
      class="toolbar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <input
        type="search"
        class="wide-input"
        aria-label="Filter trials"
        placeholder="error < 0.1 and depth > 12"
        autocomplete="off"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={apply}
      />
      <button>Filter</button>
    </form>
  );
}

function Pages({ total, page }: { total: number; page: number }) {
  const { query } = usePlace();
  const last = Math.max(1, Math.ceil(total / pageSize));
  const turn = (to: number): void => go(withQuery(query, { page: to === 1 ? undefined : String(to) }));
  return (
    <div class="toolbar">
      <button type="button" disabled={page <= 1} onClick={() => turn(page - 1)}>
        ← Before
      </button>
      <span>
        page {page} of {last}, {count(total, 'trial')}
      </span>
      <button type="button" disabled={page >= last} onClick={() => turn(page + 1)}>
        After →
      </button>
    </div>
  );
}
