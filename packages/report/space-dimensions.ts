/** The dimensions of a design space in words: what each is called, how it is distributed, how often it is drawn. */
import type { DimensionName } from '@netspace/space/declaration';
import { formOf } from '@netspace/space/rule';
import type { Space } from '@netspace/space/space';
import { discretize, type Discrete, type Distribution } from '@netspace/stats/distribution';

export interface DimensionFacts {
  readonly name: DimensionName;
  /** "Width w". */
  readonly title: string;
  /** "Channels of a stage": of the axis of its values. */
  readonly unit: string;
  /** "log-uniform from 8 to 1024 in steps of 8". */
  readonly distribution: string;
  /** "each of 4 stages", "one for all stages", "one a network". */
  readonly draws: string;
  readonly values: Discrete;
}

const words: Readonly<Record<DimensionName, { readonly title: string; readonly unit: string }>> = {
  depth: { title: 'Depth d', unit: 'Blocks of a stage' },
  width: { title: 'Width w', unit: 'Channels of a stage' },
  bottleneckRatio: { title: 'Bottleneck ratio b', unit: 'Width / inner width' },
  groupWidth: { title: 'Group width g', unit: 'Channels of a group' },
  groups: { title: 'Groups', unit: 'Groups of the 3×3 convolution' },
  initialWidth: { title: 'Initial width w₀', unit: 'Channels of the first block' },
  widthSlope: { title: 'Width slope wₐ', unit: 'Channels more with each block' },
  widthMultiplier: { title: 'Width multiplier wₘ', unit: 'Ratio of the widths of two stages' },
};

export function dimensionFacts(space: Space): DimensionFacts[] {
  return (Object.entries(space.dimensions) as [DimensionName, Distribution][]).map(([name, distribution]) => {
    const wholeNetwork = name === 'depth' && space.generator === 'regnet';
    return {
      name,
      title: words[name].title,
      unit: wholeNetwork ? 'Blocks of the network' : words[name].unit,
      distribution: describeDistribution(distribution),
      draws: describeDraws(space, name),
      values: discretize(distribution),
    };
  });
}

function describeDraws({ generator, stages, rules }: Space, name: DimensionName): string {
  if (generator === 'regnet') return 'one a network';
  const dimension = name === 'groupWidth' || name === 'groups' ? 'group' : name;
  const shared = rules.map(formOf).some((form) => form.form === 'shared' && form.dimension === dimension);
  if (shared) return 'one for all stages';
  return stages.high === 1 ? 'one a network' : `each of ${stages.high} stages`;
}

function describeDistribution(distribution: Distribution): string {
  const { kind } = distribution;
  if (kind === 'choice') {
    const values = discretize(distribution).values;
    return values.length === 1 ? `always ${values.join()}` : `${listed(values)}, all alike`;
  }
  const { low, high } = distribution;
  if (kind === 'power2') return `powers of two from ${low} to ${high}, all alike`;
  const grid = `${low} to ${high} in steps of\u00a0${distribution.step}`;
  if (kind === 'power2-or-log-uniform' && low < distribution.step)
    return `powers of two below ${distribution.step}, else log-uniform, ${grid}`;
  return `${kind === 'power2-or-log-uniform' ? 'log-uniform' : kind}, ${grid}`;
}

function listed(values: readonly number[]): string {
  const shown = values.length <= 8 ? values : [...values.slice(0, 3), '…', ...values.slice(-1)];
  return shown.join(', ');
}
