/**
 * Which networks timm's RegNet class can make, and from which arguments.
 *
 * timm 1.0, models/regnet.py: `RegNet(RegNetCfg(…))` generates widths by equations 2 to 4 and has no other way to be told them, so the
 * generator's parameters must be found again: w0 and wm from the widths, then wa from the depths.
 */
import { gateWidth, blockRuns } from './layers.ts';
import { innerWidth } from './compatibility.ts';
import type { Network, Stage } from './network.ts';
import { quantizeWidths, type RegNetParameters } from './quantize.ts';
import { roundHalfEven } from './rounding.ts';

/** The arguments of timm's RegNetCfg, in its names. */
export interface TimmArguments {
  readonly depth: number;
  readonly w0: number;
  readonly wa: number;
  readonly wm: number;
  readonly group_size: number;
  /** Inner width / width, so 1 / our bottleneck ratio. */
  readonly bottle_ratio: number;
  readonly se_ratio: number;
  readonly stem_width: number;
  readonly downsample: 'conv1x1' | null;
  readonly linear_out: boolean;
  readonly num_features: number;
  readonly act_layer: Network['activation'];
}

/** Either the arguments, or why there are none. */
export type TimmConfiguration = { readonly arguments: TimmArguments } | { readonly reason: string };

/** timm's stages: it asserts that there are so many, and gives each a stride of 2. */
const STAGES = 4;
/** Widths are multiples of this before they are made to fit the groups. */
const QUANTUM = 8;
/** Places in the interval of multipliers that are tried. */
const STEPS = 200;

export function timmConfiguration(network: Network): TimmConfiguration {
  const reason = structuralReason(network);
  if (reason !== undefined) return { reason };
  const generator = findGenerator(network.stages);
  if (generator === undefined)
    return { reason: 'no w0, wa and wm of the RegNet generator yield these widths and depths' };
  const { stem, stages, block, seRatio, head, activation } = network;
  const linear = block === 'linear-bottleneck';
  return {
    arguments: {
      depth: generator.depth,
      w0: generator.initialWidth,
      wa: generator.widthSlope,
      wm: generator.widthMultiplier,
      group_size: commonGroupWidth(stages),
      bottle_ratio: 1 / (stages[0]?.bottleneckRatio ?? 1),
      se_ratio: seRatio,
      stem_width: stem.width,
      downsample: linear ? null : 'conv1x1',
      linear_out: linear,
      num_features: head.width,
      act_layer: activation,
    },
  };
}

/** What no generator could mend. */
function structuralReason(network: Network): string | undefined {
  const { stem, stages, block, seRatio, head } = network;
  if (block !== 'bottleneck' && block !== 'linear-bottleneck')
    return `timm's RegNet has no block of the kind ${block}`;
  if (stem.kind !== 'simple') return `timm's RegNet has no ${stem.kind} stem`;
  if (stages.length !== STAGES) return `timm's RegNet has ${STAGES} stages, not ${stages.length}`;
  if (stages.some(({ stride }) => stride !== 2)) return "timm's RegNet has stride 2 in every stage";
  if (stages.some(({ bottleneckRatio }) => bottleneckRatio !== stages[0]?.bottleneckRatio))
    return "timm's RegNet has one bottleneck ratio in all stages";
  if (block === 'linear-bottleneck' && head.width === 0)
    return "timm's RegNet has an activation behind linear blocks where the head has no convolution";
  if (seRatio > 0 && blockRuns(network).some(({ inputWidth }) => gateWidth(network, inputWidth) === 0))
    return 'a squeeze-and-excitation is left out where it would have no channel';
  const group = commonGroupWidth(stages);
  if (stages.some((stage) => stage.groupWidth !== Math.min(group, innerWidth(stage))))
    return "timm's RegNet has one group width in all stages that are as wide";
  return undefined;
}

/** The widest, to which narrower stages are clipped. */
function commonGroupWidth(stages: readonly Stage[]): number {
  return Math.max(...stages.map(({ groupWidth }) => groupWidth));
}

function findGenerator(stages: readonly Stage[]): RegNetParameters | undefined {
  const unadjusted = stages.map((stage) => unadjustedWidths(stage, commonGroupWidth(stages)));
  for (const initialWidth of unadjusted[0] ?? []) {
    const found = multipliersFor(initialWidth, unadjusted)
      .map((multiplier) => ({ multiplier, slopes: slopesFor(initialWidth, multiplier, stages) }))
      // timm computes in single precision, so the widest interval is wanted, and a place in it far from both ends.
      .toSorted((a, b) => b.slopes[1] - b.slopes[0] - (a.slopes[1] - a.slopes[0]))
      .filter(({ slopes: [least, most] }) => least < most)
      .map(({ multiplier, slopes: [least, most] }) => ({
        depth: stages.reduce((sum, { depth }) => sum + depth, 0),
        initialWidth,
        widthMultiplier: multiplier,
        widthSlope: shortest(least + (most - least) / 4, most - (most - least) / 4),
      }))
      .find((parameters) => yields(parameters, stages));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Multiples of 8 that timm rounds to this stage's width so that it is made of whole groups. */
function unadjustedWidths(stage: Stage, groupWidth: number): number[] {
  const { width, bottleneckRatio } = stage;
  const reach = (groupWidth + 1) * Math.max(1, bottleneckRatio) + QUANTUM;
  const first = Math.max(QUANTUM, Math.floor((width - reach) / QUANTUM) * QUANTUM);
  const candidates: number[] = [];
  for (let candidate = first; candidate <= width + reach; candidate += QUANTUM)
    if (adjusted(candidate, bottleneckRatio, groupWidth) === width) candidates.push(candidate);
  return candidates;
}

/** timm's `adjust_widths_groups_comp` with `min_ratio` 0. */
function adjusted(width: number, bottleneckRatio: number, groupWidth: number): number {
  const ratio = 1 / bottleneckRatio;
  const inner = Math.trunc(width * ratio);
  const group = Math.min(groupWidth, inner);
  return group < 1 ? 0 : Math.trunc((roundHalfEven(inner / group) * group) / ratio);
}

/** (4) w_i = w0 · wm^i to a multiple of 8: values all over the interval of wm in which each stage i gets one of its widths. */
function multipliersFor(initialWidth: number, unadjusted: readonly (readonly number[])[]): number[] {
  let [low, high] = [1, Infinity];
  for (const [i, candidates] of unadjusted.entries()) {
    if (i === 0) continue;
    low = Math.max(low, ((Math.min(...candidates) - QUANTUM / 2) / initialWidth) ** (1 / i));
    high = Math.min(high, ((Math.max(...candidates) + QUANTUM / 2) / initialWidth) ** (1 / i));
  }
  const step = (high - low) / STEPS;
  if (!(step > 0)) return [];
  return Array.from({ length: STEPS }, (_, i) => shortest(low + step * i, low + step * (i + 1)));
}

/** (2, 3) Block j is of stage i where wm^(i - 1/2) < 1 + wa · j / w0 < wm^(i + 1/2): the interval of wa in which every block is. */
function slopesFor(w0: number, wm: number, stages: readonly Stage[]): readonly [number, number] {
  let [low, high, j] = [0, Infinity, 0];
  for (const [i, { depth }] of stages.entries()) {
    if (j > 0) low = Math.max(low, (w0 * (wm ** (i - 0.5) - 1)) / j);
    j += depth;
    if (j > 1) high = Math.min(high, (w0 * (wm ** (i + 0.5) - 1)) / (j - 1));
  }
  return [low, high];
}

function yields(parameters: RegNetParameters, wanted: readonly Stage[]): boolean {
  const { stages, regular } = quantizeWidths(parameters);
  const group = commonGroupWidth(wanted);
  return (
    regular &&
    stages.length === wanted.length &&
    wanted.every(({ depth, width, bottleneckRatio }, i) => {
      const stage = stages[i] ?? { depth: 0, width: 0 };
      return stage.depth === depth && adjusted(stage.width, bottleneckRatio, group) === width;
    })
  );
}

/** The number of fewest decimals between two. */
function shortest(low: number, high: number): number {
  for (let decimals = 0; decimals < 15; decimals++) {
    const rounded = Number(((low + high) / 2).toFixed(decimals));
    if (rounded > low && rounded < high) return rounded;
  }
  return (low + high) / 2;
}
