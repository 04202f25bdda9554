/** A network drawn to scale: a column a block, as high as it has channels, and what each stage is. */
import type { InputShape, Network } from '@netspace/network/network';
import { groupsOf, innerWidth } from '@netspace/network/compatibility';
import { useWidth } from './width.ts';

const height = 132;

interface Drawn {
  readonly network: Network;
  /** Pixels; where it is not known, maps are told as parts of the image. */
  readonly resolution?: InputShape['resolution'];
}

export function StageDrawing({ network, resolution }: Drawn) {
  const [ref, width] = useWidth<HTMLDivElement>(600);
  const { stem, stages, head } = network;
  const depth = stages.reduce((sum, stage) => sum + stage.depth, 0);
  const widest = Math.max(stem.width, head.width, ...stages.map((stage) => stage.width));
  const gap = stages.length > 6 ? 6 : 12;
  const step = Math.min(34, (width - (stages.length + 1) * gap) / (depth + 1));
  const tall = (channels: number): number => Math.max(2, ((height - 8) * channels) / widest);
  const starts: number[] = [];
  let x = step + gap;
  for (const stage of stages) {
    starts.push(x);
    x += stage.depth * step + gap;
  }
  return (
    <div class="stage-drawing" ref={ref}>
      <svg width={width} height={height} role="img" aria-label={describe(network)}>
        <rect
          class="stem"
          x={0}
          y={(height - tall(stem.width)) / 2}
          width={step * 0.86}
          height={tall(stem.width)}
          rx={1.5}
        />
        {stages.map((stage, i) => (
          <g key={i} class={`stage stage-${(i % 6) + 1}`}>
            {Array.from({ length: stage.depth }, (_, j) => (
              <rect
                key={j}
                x={(starts[i] ?? 0) + j * step}
                y={(height - tall(stage.width)) / 2}
                width={Math.max(0.5, step * 0.86)}
                height={tall(stage.width)}
                rx={Math.min(1.5, step / 5)}
              />
            ))}
          </g>
        ))}
      </svg>
      <StageTable network={network} {...(resolution !== undefined && { resolution })} />
    </div>
  );
}

function StageTable({ network, resolution }: Drawn) {
  const grouped = network.block === 'bottleneck' || network.block === 'linear-bottleneck';
  const maps = resolution === undefined ? partsOf(network) : sizesOf(network, resolution);
  return (
    <div class="scrolling" tabIndex={0} role="region" aria-label="Stages">
      <table>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Blocks</th>
            <th scope="col">Channels</th>
            {grouped && <th scope="col">Inner</th>}
            {grouped && <th scope="col">Groups</th>}
            <th scope="col">Map</th>
          </tr>
        </thead>
        <tbody>
          {network.stages.map((stage, i) => (
            <tr key={i}>
              <th scope="row">
                <span class={`swatch stage-${(i % 6) + 1}`} /> {i + 1}
              </th>
              <td>{stage.depth}</td>
              <td>{stage.width}</td>
              {grouped && <td>{innerWidth(stage)}</td>}
              {grouped && (
                <td>
                  {groupsOf(stage)} × {stage.groupWidth}
                </td>
              )}
              <td>{maps[i]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** By stage, all strides from the image to its end. */
function stridesOf({ stem, stages }: Network): number[][] {
  const ofStem = { cifar: [], simple: [2], imagenet: [2, 2] }[stem.kind];
  return stages.map((_, i) => [...ofStem, ...stages.slice(0, i + 1).map(({ stride }) => stride)]);
}

/** Height and width of each stage's maps, in pixels; convolutions at stride 2 round up. */
function sizesOf(network: Network, resolution: number): string[] {
  const sides = stridesOf(network).map((strides) =>
    strides.reduce((side, stride) => Math.ceil(side / stride), resolution),
  );
  return sides.map((side) => `${side} × ${side}`);
}

function partsOf(network: Network): string[] {
  const divisors = stridesOf(network).map((strides) => strides.reduce((all, stride) => all * stride, 1));
  return divisors.map((divisor) => (divisor === 1 ? 'the image’s' : `1/${divisor} of the image’s`));
}

function describe({ stages }: Network): string {
  const words = stages.map(
    ({ depth, width }) => `${depth} ${depth === 1 ? 'block' : 'blocks'} of ${width} channels`,
  );
  return `${stages.length} stages: ${words.join(', ')}`;
}
