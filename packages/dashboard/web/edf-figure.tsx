/** EDFs of errors with their DKW bands, growing while networks end. */
import type { Edf } from '../selection-schema.ts';
import { Plot, type Frame } from './plot.tsx';
import { percent } from './words.ts';

interface NamedEdf {
  readonly name: string;
  readonly n: number;
  readonly band: number | null;
  readonly edf: readonly (readonly [number, number])[];
}

interface EdfFigureProps {
  readonly edfs: readonly NamedEdf[];
  readonly label: string;
  readonly height?: number;
}

/** Failed and diverged networks count with error 1, beyond the right end: the curve then ends below 100 %. */
export function EdfFigure({ edfs, label, height = 320 }: EdfFigureProps) {
  const errors = edfs.flatMap(({ edf }) => edf.map(([error]) => error)).filter((error) => error < 1);
  if (errors.length === 0) return <p class="quiet">No network has an error yet.</p>;
  const low = errors.reduce((least, error) => Math.min(least, error), 1);
  const high = errors.reduce((most, error) => Math.max(most, error), 0);
  const room = (high - low) * 0.04 || 0.01;
  return (
    <figure>
      <Plot
        label={label}
        height={height}
        x={{ low: Math.max(0, low - room), high: Math.min(1, high + room), title: 'Error', format: percent }}
        y={{
          low: 0,
          high: 1,
          title: 'Share of networks',
          format: (share) => `${Math.round(100 * share)} %`,
        }}
      >
        {(frame) =>
          edfs.map((edf, i) => (
            <g key={i} class={`space-${(i % 6) + 1}${i > 5 ? ' second' : ''}`}>
              {edf.band !== null && <path class="band" d={bandOf(edf, edf.band, frame)} />}
              <path class="stairs" d={stairsOf(edf.edf, 0, frame)} />
            </g>
          ))
        }
      </Plot>
    </figure>
  );
}

/** The stairs, moved up by `shift` shares, from the left end of the frame to the right. */
function stairsOf(edf: NamedEdf['edf'], shift: number, { x, y, left, right }: Frame): string {
  const at = (share: number): number => y(Math.min(1, Math.max(0, share + shift)));
  const steps = edf.filter(([error]) => error < 1);
  const written = steps.map(([error, share]) => `H${x(error).toFixed(1)}V${at(share).toFixed(1)}`);
  return `M${left} ${at(0).toFixed(1)}${written.join('')}H${right}`;
}

function bandOf({ edf }: NamedEdf, half: number, frame: Frame): string {
  const [upper, lower] = [stairsOf(edf, half, frame), stairsOf(edf, -half, frame)];
  // The lower edge as an area to the bottom takes away, by the even-odd rule, what the upper one gives too much.
  const close = `V${frame.bottom}H${frame.left}Z`;
  return `${upper}${close}${lower}${close}`;
}

/** Each curve's colour, name and figures. */
export function EdfTable({ edfs }: { edfs: readonly Edf[] }) {
  return (
    <div class="scrolling" tabIndex={0} role="region" aria-label="Selections">
      <table>
        <thead>
          <tr>
            <th scope="col">Networks of</th>
            <th scope="col">with a result</th>
            <th scope="col">failed</th>
            <th scope="col">best</th>
            <th scope="col">median</th>
            <th scope="col">mean</th>
          </tr>
        </thead>
        <tbody>
          {edfs.map((edf, i) => (
            <tr key={i}>
              <th scope="row">
                <span class={`swatch space-${(i % 6) + 1}`} /> {edf.name}
              </th>
              <td>{edf.n}</td>
              <td>{edf.failed}</td>
              <td>{percent(edf.min)}</td>
              <td>{percent(edf.median)}</td>
              <td>{percent(edf.mean)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The address of the EDFs of selections; of none, no address. */
export function selectionQuery(selections: readonly object[]): string {
  return new URLSearchParams(selections.map((each) => ['selection', JSON.stringify(each)])).toString();
}
