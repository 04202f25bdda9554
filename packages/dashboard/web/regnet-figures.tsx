/** The pictures of the RegNet explorer: widths block by block, and the network among others. */
import { formatQuantity } from '@netspace/network/quantity';
import { zoo } from '@netspace/network/zoo';
import { useState } from 'preact/hooks';
import type { TrialRow } from '../trial-schema.ts';
import { Plot, type Frame } from './plot.tsx';
import type { Explained } from './regnet-state.ts';
import { axisOf } from './scale.ts';

/** The line of equation 2, the steps of equation 4, and the stages as they are built. */
export function WidthFigure({ quantized, network }: Explained) {
  const { linearWidths, blockWidths } = quantized;
  const depth = linearWidths.length;
  const built = network.stages.flatMap((stage) => Array.from({ length: stage.depth }, () => stage.width));
  const most = Math.max(...linearWidths, ...blockWidths, ...built);
  return (
    <figure>
      <Plot
        label={`Widths of ${depth} blocks, from ${blockWidths[0]} to ${blockWidths.at(-1)} channels`}
        height={290}
        x={{ low: 0, high: depth, title: 'Block j', format: String, whole: true }}
        y={{ low: 0, high: most * 1.06, title: 'Channels', format: formatQuantity }}
      >
        {(frame) => (
          <>
            {stageBars(network, frame)}
            <path class="steps" d={stepsOf(blockWidths, frame)} />
            <path class="line" d={lineOf(linearWidths, frame)} />
            <path class="dots" d={dotsOf(linearWidths.map((u, j) => [frame.x(j + 0.5), frame.y(u)]))} />
          </>
        )}
      </Plot>
      <figcaption>
        <span class="key line-key" /> linear widths uⱼ = w₀ + wₐ·j <span class="key steps-key" /> quantized
        widths wⱼ <span class="key bars-key" /> stages as built, after their groups fit
      </figcaption>
    </figure>
  );
}

function stageBars({ stages }: Explained['network'], { x, y, bottom }: Frame) {
  let start = 0;
  return stages.map(({ depth, width }, i) => {
    const from = start;
    start += depth;
    return (
      <rect
        key={i}
        class={`bar stage-${(i % 6) + 1}`}
        x={x(from)}
        y={y(width)}
        width={x(from + depth) - x(from)}
        height={Math.max(0, bottom - y(width))}
      />
    );
  });
}

function stepsOf(widths: readonly number[], { x, y }: Frame): string {
  return widths.map((width, j) => `${j === 0 ? 'M' : 'L'}${x(j)} ${y(width)}H${x(j + 1)}`).join('');
}

function lineOf(widths: readonly number[], { x, y }: Frame): string {
  return widths.map((width, j) => `${j === 0 ? 'M' : 'L'}${x(j + 0.5)} ${y(width)}`).join('');
}

/** One path however many there are: lines of no length with round ends. */
export function dotsOf(places: readonly (readonly [number, number])[]): string {
  return places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');
}

type Measure = 'params' | 'activations';

const titles = { params: 'Parameters', activations: 'Activations' };

interface AmongProps {
  readonly complexity: Explained['complexity'];
  readonly measure: Measure;
  readonly trials: readonly TrialRow[];
  readonly onPick: (name: string) => void;
}

/** Flops against another measure: the published models, one's own trials, and the network at hand. */
export function AmongFigure({ complexity, measure, trials, onPick }: AmongProps) {
  const [near, setNear] = useState<string>();
  const own = trials.flatMap((trial) => {
    const [flops, other] = [trial.flops, trial[measure]];
    return flops !== undefined && other !== undefined && flops > 0 && other > 0
      ? [[flops, other] as const]
      : [];
  });
  const x = axisOf(
    [...zoo.map(({ flops }) => flops), ...own.map(([flops]) => flops), complexity.flops],
    true,
  );
  const y = axisOf(
    [...zoo.map((model) => model[measure]), ...own.map(([, other]) => other), complexity[measure]],
    true,
  );
  const nearestTo = (event: PointerEvent, frame: Frame): string | undefined => {
    const distances = zoo.map((model) =>
      Math.hypot(frame.x(model.flops) - event.offsetX, frame.y(model[measure]) - event.offsetY),
    );
    const least = Math.min(...distances);
    return least < 22 ? zoo[distances.indexOf(least)]?.name : undefined;
  };
  const named = zoo.find(({ name }) => name === near);
  return (
    <figure>
      <Plot
        label={`${titles[measure]} against flops: this network has ${formatQuantity(complexity.flops)} flops and ${formatQuantity(complexity[measure])} ${measure}`}
        height={260}
        x={{ ...x, title: 'Flops (multiply-adds)', format: formatQuantity }}
        y={{ ...y, title: titles[measure], format: formatQuantity }}
        onMove={(event, frame) => setNear(nearestTo(event, frame))}
        onLeave={() => setNear(undefined)}
        onPick={(event, frame) => {
          const name = nearestTo(event, frame);
          if (name !== undefined) onPick(name);
        }}
      >
        {(frame) => (
          <>
            <path class="dots own" d={dotsOf(own.map(([a, b]) => [frame.x(a), frame.y(b)]))} />
            {zoo.map((model) => (
              <circle
                key={model.name}
                class={`model ${familyOf(model.name)}`}
                cx={frame.x(model.flops)}
                cy={frame.y(model[measure])}
                r={model.name === near ? 6 : 3.5}
              />
            ))}
            <g
              class="here"
              transform={`translate(${frame.x(complexity.flops)} ${frame.y(complexity[measure])})`}
            >
              <circle r={9} />
              <path d="M-13 0H-5M5 0H13M0 -13V-5M0 5V13" />
            </g>
            {named && (
              <text
                class="named"
                x={Math.min(frame.x(named.flops), frame.right - 60)}
                y={Math.max(frame.y(named[measure]) - 12, 14)}
                text-anchor="middle"
              >
                {named.name}
              </text>
            )}
          </>
        )}
      </Plot>
    </figure>
  );
}

function familyOf(name: string): string {
  if (name.startsWith('RegNetX')) return 'family-x';
  return name.startsWith('RegNetY') ? 'family-y' : 'family-r';
}
