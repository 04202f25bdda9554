/** A sample of a space: how its flops, params and activations are spread, and the widths of its stages. */
import { formatQuantity } from '@netspace/network/quantity';
import { Plot } from './plot.tsx';
import { dotsOf } from './regnet-figures.tsx';
import { axisOf } from './scale.ts';
import type { SampledRow } from './space-work.ts';

const titles = { flops: 'Flops', params: 'Parameters', activations: 'Activations' };

export function SampleFigures({ networks }: { networks: readonly SampledRow[] }) {
  return (
    <div class="pair">
      {(['flops', 'params', 'activations'] as const).map((name) => (
        <Spread key={name} title={titles[name]} values={networks.map((network) => network[name])} />
      ))}
      <Widths networks={networks} />
    </div>
  );
}

/** A histogram on a logarithmic axis. */
function Spread({ title, values }: { title: string; values: readonly number[] }) {
  const bins = 24;
  const axis = axisOf(values, true);
  const step = Math.log(axis.high / axis.low) / bins;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(Math.log(value / axis.low) / step)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return (
    <figure>
      <h3>
        {title} <span class="quiet">median {formatQuantity(median)}</span>
      </h3>
      <Plot
        label={`${title} of ${values.length} networks: median ${formatQuantity(median)}`}
        height={190}
        x={{ ...axis, title, format: formatQuantity }}
        y={{ low: 0, high: Math.max(...counts, 1), title: 'Networks', format: String, whole: true }}
      >
        {({ x, y, bottom }) => (
          <g class="histogram">
            {counts.map((count, i) => {
              const [from, to] = [axis.low * Math.exp(i * step), axis.low * Math.exp((i + 1) * step)];
              return (
                <rect
                  key={i}
                  x={x(from) + 0.5}
                  width={Math.max(0, x(to) - x(from) - 1)}
                  y={y(count)}
                  height={bottom - y(count)}
                />
              );
            })}
          </g>
        )}
      </Plot>
    </figure>
  );
}

/** Each network's stages, set apart a little so that they do not hide each other. */
function Widths({ networks }: { networks: readonly SampledRow[] }) {
  const stages = Math.max(...networks.map(({ widths }) => widths.length));
  return (
    <figure>
      <h3>Widths of the stages</h3>
      <Plot
        label={`Widths of the stages of ${networks.length} networks`}
        height={190}
        x={{ low: 0.5, high: stages + 0.5, title: 'Stage', format: String, whole: true }}
        y={{
          ...axisOf(
            networks.flatMap(({ widths }) => widths),
            true,
          ),
          title: 'Channels',
          format: formatQuantity,
        }}
      >
        {({ x, y }) => (
          <path
            class="dots sampled"
            d={dotsOf(
              networks.flatMap(({ widths }, n) =>
                widths.map((width, i) => [x(i + 0.7 + 0.6 * ((n * 0.618) % 1)), y(width)] as const),
              ),
            )}
          />
        )}
      </Plot>
    </figure>
  );
}
