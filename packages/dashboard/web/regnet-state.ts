/** What the RegNet explorer is set to, as a part of an address, and the network that comes of it. */
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import type { Network } from '@netspace/network/network';
import { quantizeWidths, type QuantizedWidths } from '@netspace/network/quantize';
import { generateRegNet } from '@netspace/network/regnet';
import { zoo, type ZooModel } from '@netspace/network/zoo';
import { messageOf } from './request.ts';

/** In the order in which they are shown. */
export const knobs = [
  { name: 'd', title: 'Depth d', hint: 'blocks', low: 1, high: 64, step: 1, start: 13, least: 1, most: 1000 },
  {
    name: 'w0',
    title: 'Initial width w₀',
    hint: 'channels, multiple of 8',
    low: 8,
    high: 320,
    step: 8,
    start: 24,
    least: 8,
    most: 4096,
  },
  {
    name: 'wa',
    title: 'Width slope wₐ',
    hint: 'channels a block',
    low: 0,
    high: 256,
    step: 0.01,
    start: 36.44,
    least: 0,
    most: 4096,
  },
  {
    name: 'wm',
    title: 'Width multiplier wₘ',
    hint: 'above 1',
    low: 1.5,
    high: 3,
    step: 0.001,
    start: 2.49,
    least: 1.001,
    most: 64,
  },
  {
    name: 'g',
    title: 'Group width g',
    hint: 'channels',
    low: 1,
    high: 256,
    step: 1,
    start: 8,
    least: 1,
    most: 4096,
  },
  {
    name: 'b',
    title: 'Bottleneck ratio b',
    hint: 'width / inner width',
    values: [0.25, 0.5, 1, 2, 4],
    low: 0.25,
    high: 4,
    step: 0.25,
    start: 1,
    least: 0.01,
    most: 100,
  },
  {
    name: 'se',
    title: 'Squeeze-and-excitation',
    hint: 'share of the width; 0: X, 0.25: Y',
    low: 0,
    high: 1,
    step: 0.05,
    start: 0,
    least: 0,
    most: 1,
  },
  {
    name: 'r',
    title: 'Resolution',
    hint: 'pixels',
    low: 32,
    high: 448,
    step: 16,
    start: 224,
    least: 1,
    most: 4096,
  },
] as const;

type KnobName = (typeof knobs)[number]['name'];
export type RegNetState = Readonly<Record<KnobName, number>>;

export function readState(query: URLSearchParams): RegNetState {
  const entries = knobs.map(({ name, start, least, most }) => {
    const written = query.get(name);
    const value = Number(written);
    const known = written !== null && written !== '' && Number.isFinite(value);
    return [name, known ? Math.min(most, Math.max(least, value)) : start];
  });
  return Object.fromEntries(entries) as RegNetState;
}

export function writeState(state: RegNetState): Readonly<Record<string, string>> {
  return Object.fromEntries(knobs.map(({ name }) => [name, String(state[name])]));
}

export interface Explained {
  readonly quantized: QuantizedWidths;
  readonly network: Network;
  readonly complexity: Complexity;
}

/** Or why there is no such network, in a sentence. */
export function explain(state: RegNetState): Explained | { readonly problem: string } {
  const options = {
    depth: state.d,
    initialWidth: state.w0,
    widthSlope: state.wa,
    widthMultiplier: state.wm,
    groupWidth: state.g,
    bottleneckRatio: state.b,
    seRatio: state.se,
  };
  try {
    const quantized = quantizeWidths(options);
    const network = generateRegNet(options);
    const complexity = countComplexity(network, { resolution: state.r, channels: 3, classes: 1000 });
    return { quantized, network, complexity };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** The published RegNets as settings. */
export const publishedStates: readonly { readonly name: string; readonly state: RegNetState }[] = zoo.flatMap(
  ({ name, parameters }) => (parameters === undefined ? [] : [{ name, state: stateOf(parameters) }]),
);

function stateOf(parameters: NonNullable<ZooModel['parameters']>): RegNetState {
  return {
    d: parameters.depth,
    w0: parameters.initialWidth,
    wa: parameters.widthSlope,
    wm: parameters.widthMultiplier,
    g: parameters.groupWidth,
    b: parameters.bottleneckRatio,
    se: parameters.seRatio,
    r: 224,
  };
}

/** The published model with the least distance in the logarithms of flops, params and activations. */
export function nearestModel(complexity: Complexity): ZooModel | undefined {
  const distance = (model: ZooModel): number =>
    Math.hypot(
      ...(['flops', 'params', 'activations'] as const).map((name) =>
        Math.log(model[name] / complexity[name]),
      ),
    );
  return zoo.toSorted((a, b) => distance(a) - distance(b))[0];
}
