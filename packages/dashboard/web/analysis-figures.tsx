/** What the analysis of selections adds: EDFs at equal complexity, and the ranges of the best networks' parameters. */
import { formatNumber, parameterTitle } from '@netspace/analysis/wording';
import type { SweepAnalysis } from '../selection-schema.ts';
import { EdfFigure } from './edf-figure.tsx';
import { axisOf, scaleOf } from './scale.ts';

export type AnalysisResult = Extract<SweepAnalysis, { result: unknown }>['result'];

/** Null where there are no two groups whose complexities overlap. */
export function NormalizedFigures({ analysis }: { analysis: AnalysisResult }) {
  const { normalized, notes } = analysis;
  if (normalized.length === 0) return null;
  const told = [...new Set([...normalized.flatMap((each) => each.notes), ...notes])];
  return (
    <section aria-labelledby="normalized">
      <h2 id="normalized">At equal complexity</h2>
      <p class="note">Networks are weighted so that all selections have one distribution of the measure.</p>
      <div class="pair">
        {normalized.map(({ measure, spaces }) => (
          <div key={measure}>
            <h3>Equal {measure}</h3>
            <EdfFigure edfs={spaces} label={`EDFs at equal ${measure}`} height={240} />
            <p class="legend">
              {spaces.map(({ name, used, n }, i) => (
                <span key={name}>
                  <span class={`swatch space-${(i % 6) + 1}`} /> {name} ({used} of {n}){' '}
                </span>
              ))}
            </p>
          </div>
        ))}
      </div>
      {told.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </section>
  );
}

/** Side by side, parameter by parameter, all groups on one axis. */
export function ParameterRanges({ analysis }: { analysis: AnalysisResult }) {
  const { groups, telling } = analysis;
  const named = [...new Set(groups.flatMap(({ parameters }) => Object.keys(parameters)))];
  const order = [...telling, ...named.filter((name) => !telling.includes(name))]
    .filter((name) => varies(name, groups))
    .slice(0, 12);
  if (order.length === 0) return null;
  return (
    <section aria-labelledby="ranges">
      <h2 id="ranges">Where the best networks lie</h2>
      <p class="note">
        The median and the 95 % range of the best of a quarter of the networks, by the bootstrap.
      </p>
      <div class="ranges">
        {order.map((name) => (
          <Range key={name} name={name} groups={groups} />
        ))}
      </div>
    </section>
  );
}

/** What all networks share says nothing of the best. */
function varies(name: string, groups: AnalysisResult['groups']): boolean {
  const ranges = groups.flatMap(({ parameters }) => parameters[name] ?? []);
  return new Set(ranges.flatMap(({ low, high }) => [low, high])).size > 1;
}

function Range({ name, groups }: { name: string; groups: AnalysisResult['groups'] }) {
  const ranges = groups.flatMap(({ parameters }, i) => {
    const range = parameters[name];
    return range === undefined ? [] : [{ range, i }];
  });
  const values = ranges.flatMap(({ range }) => [range.low, range.high]);
  const log = values.every((value) => value > 0) && Math.max(...values) > 20 * Math.min(...values);
  const x = scaleOf(axisOf(values, log), 4, 216);
  const told = ranges.map(({ range, i }) => ({
    i,
    group: groups[i]?.name ?? '',
    text: `${formatNumber(range.median)} (${formatNumber(range.low)} to ${formatNumber(range.high)})`,
  }));
  const label = told.map(({ group, text }) => `${group}: ${text}`).join('; ');
  return (
    <figure>
      <h3>{parameterTitle(name)}</h3>
      <svg viewBox={`0 0 220 ${ranges.length * 16}`} role="img" aria-label={label}>
        {ranges.map(({ range, i }, row) => (
          <g key={i} class={`range space-${(i % 6) + 1}`} transform={`translate(0 ${row * 16 + 8})`}>
            <line x1={x(range.low)} x2={x(range.high)} />
            <circle cx={x(range.median)} r={4} />
          </g>
        ))}
      </svg>
      <figcaption>
        {told.map(({ i, group, text }) => (
          <span key={group} title={group}>
            <span class={`swatch space-${(i % 6) + 1}`} /> {text}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
