/** Errors epoch by epoch: those of validation of each attempt, and of training of the last. */
import type { TrialDetail } from '../trial-schema.ts';
import { Plot, type Frame } from './plot.tsx';
import { dotsOf } from './regnet-figures.tsx';
import { percent } from './words.ts';

type Curve = TrialDetail['attempts'][number]['curve'];

interface CurveFigureProps {
  readonly attempts: TrialDetail['attempts'];
  readonly curve: Curve;
}

export function CurveFigure({ attempts, curve }: CurveFigureProps) {
  const curves = [...attempts.map((attempt) => attempt.curve), curve].filter(({ length }) => length > 0);
  const last = curves.at(-1);
  if (last === undefined) return null;
  const epochs = Math.max(...curves.flatMap((each) => each.map(({ epoch }) => epoch)));
  const errors = [
    ...curves.flat().map(({ validationError }) => validationError),
    ...last.map(({ trainError }) => trainError),
  ];
  const most = Math.max(...errors.filter((error) => error !== null && error !== undefined), 0.01);
  return (
    <section aria-labelledby="curve">
      <h2 id="curve">Learning curve</h2>
      <figure>
        <Plot
          label={`Error over ${epochs} epochs; the last is ${percent(last.at(-1)?.validationError)}`}
          height={260}
          x={{ low: 0, high: epochs, title: 'Epoch', format: String, whole: true }}
          y={{ low: 0, high: Math.min(1, most * 1.05), title: 'Error', format: percent }}
        >
          {(frame) => (
            <>
              <Line points={pointsOf(last, 'trainError', frame)} name="training" />
              {curves.map((each, i) => (
                <Line
                  key={i}
                  points={pointsOf(each, 'validationError', frame)}
                  name={i === curves.length - 1 ? 'validation' : 'earlier'}
                />
              ))}
            </>
          )}
        </Plot>
        <figcaption>
          <span class="key validation-key" /> validation <span class="key training-key" /> training
          {attempts.length > 1 && ' ; fainter: earlier attempts'}
        </figcaption>
      </figure>
    </section>
  );
}

function pointsOf(
  curve: Curve,
  which: 'trainError' | 'validationError',
  { x, y }: Frame,
): [number, number][] {
  return curve.flatMap((record): [number, number][] => {
    const error = record[which];
    return error === null || error === undefined ? [] : [[x(record.epoch), y(Math.min(1, error))]];
  });
}

function Line({ points, name }: { points: readonly [number, number][]; name: string }) {
  const written = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  return (
    <g class={`curve ${name}`}>
      <path class="line" d={written} />
      <path class="dots" d={dotsOf(points)} />
    </g>
  );
}
