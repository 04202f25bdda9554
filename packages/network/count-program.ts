/** Layers compiled into sums over their widths, so that counting a network makes no layers. */
import type { Layer } from './layer.ts';

/** Flops, parameters and activations while they are added up. */
export interface Tally {
  flops: number;
  params: number;
  activations: number;
}

/** Weights: `factor` · input · output / groups; the last three are places in the list of widths. */
interface WeightTerm {
  readonly factor: number;
  readonly input: number;
  readonly output: number;
  readonly groups: number;
}

/** What each channel of the width at `place` adds: parameters, and flops and activations a position. */
interface WidthTerm extends Tally {
  readonly place: number;
}

/** Layers whose output is of one size. */
interface Level {
  /** From the level before; 0 where the map is pooled to a single position. */
  readonly stride: number;
  readonly weights: WeightTerm[];
  readonly widths: WidthTerm[];
}

/** The first level is the input's size; each further one is a stride smaller; a pooled one is last. */
export type CountProgram = readonly Level[];

/** Layers that have no program: a width of unknown origin, or branches of different strides. */
export class CountProgramError extends Error {
  readonly code = 'COUNT_PROGRAM';
}

/** The place of the number 1 in every list of widths. */
const ONE = 0;

/**
 * `widths` tells apart, by value, what the layers' numbers of channels and groups stand for: the program counts all layers
 * that are made alike of other widths. The list starts with 1; other equal numbers must be equal wherever the program is used.
 */
export function compileCounts(layers: readonly Layer[], widths: readonly number[]): CountProgram {
  const chain: Level[] = [levelOf(1)];
  const pooled = levelOf(0);
  addLayers(layers, { chain, pooled, widths }, chain[0] ?? pooled);
  return pooled.weights.length + pooled.widths.length > 0 ? [...chain, pooled] : chain;
}

/** Adds `times` what the program counts for these widths on a map of this side; returns the side of the last level that is not pooled. */
export function addCounts(
  program: CountProgram,
  widths: ArrayLike<number>,
  side: number,
  times: number,
  tally: Tally,
): number {
  for (const { stride, weights, widths: channels } of program) {
    if (stride > 0) side = afterStride(side, stride);
    const positions = stride > 0 ? side * side : 1;
    let flops = 0;
    let activations = 0;
    for (const { factor, input, output, groups } of weights)
      // Divided first: groups divide the input width, so every step is exact.
      flops += factor * (at(widths, input) / at(widths, groups)) * at(widths, output);
    let params = flops;
    for (const term of channels) {
      const width = at(widths, term.place);
      params += term.params * width;
      flops += term.flops * width;
      activations += term.activations * width;
    }
    tally.params += params * times;
    tally.flops += flops * positions * times;
    tally.activations += activations * positions * times;
  }
  return side;
}

/** Height and width after an odd kernel with padding (k - 1) / 2. */
function afterStride(side: number, stride: number): number {
  return Math.floor((side - 1) / stride) + 1;
}

function at(widths: ArrayLike<number>, place: number): number {
  return widths[place] ?? 0;
}

interface Compilation {
  readonly chain: Level[];
  readonly pooled: Level;
  readonly widths: readonly number[];
}

function addLayers(layers: readonly Layer[], made: Compilation, input: Level): Level {
  return layers.reduce((level, layer) => addLayer(layer, made, level), input);
}

/** The counting rules; returns the level of the layer's output. */
function addLayer(layer: Layer, made: Compilation, level: Level): Level {
  switch (layer.kind) {
    case 'convolution': {
      const output = strided(level, layer.stride, made);
      addWeights(output, made, { ...layer, factor: layer.kernel ** 2 });
      const bias = layer.bias ? 1 : 0;
      addWidth(output, made, layer.outputWidth, { params: bias, flops: bias, activations: 1 });
      return output;
    }
    case 'batch-norm':
      addWidth(level, made, layer.width, { params: 2, flops: 0, activations: 0 });
      return level;
    case 'max-pool': {
      const output = strided(level, layer.stride, made);
      addWidth(output, made, layer.width, { params: 0, flops: 0, activations: 1 });
      return output;
    }
    case 'linear':
      addWeights(level, made, { ...layer, factor: 1, groups: 1 });
      addWidth(level, made, layer.outputWidth, { params: 1, flops: 1, activations: 1 });
      return level;
    case 'global-pool':
      return made.pooled;
    case 'activation':
      return level;
    case 'gate':
      addLayers(layer.layers, made, level);
      return level;
    case 'residual':
      addLayers(layer.shortcut, made, level);
      return addLayers(layer.layers, made, level);
  }
}

function addWeights(
  level: Level,
  { widths }: Compilation,
  {
    factor,
    inputWidth,
    outputWidth,
    groups,
  }: { factor: number; inputWidth: number; outputWidth: number; groups: number },
): void {
  const [input, output] = [placeOf(inputWidth, widths), placeOf(outputWidth, widths)];
  level.weights.push({ factor, input, output, groups: groups === 1 ? ONE : placeOf(groups, widths) });
}

/** Terms of one width on one level become one. */
function addWidth(level: Level, { widths }: Compilation, width: number, added: Tally): void {
  const place = placeOf(width, widths);
  const term = level.widths.find((known) => known.place === place);
  if (term === undefined) {
    level.widths.push({ place, ...added });
    return;
  }
  term.params += added.params;
  term.flops += added.flops;
  term.activations += added.activations;
}

function strided(level: Level, stride: number, { chain, pooled }: Compilation): Level {
  if (stride === 1) return level;
  const next = chain[chain.indexOf(level) + 1];
  if (level !== pooled && next?.stride === stride) return next;
  if (level === pooled || next !== undefined)
    throw new CountProgramError(`a stride of ${stride} where another branch has none or another`);
  const made = levelOf(stride);
  chain.push(made);
  return made;
}

function levelOf(stride: number): Level {
  return { stride, weights: [], widths: [] };
}

function placeOf(width: number, widths: readonly number[]): number {
  const place = widths.indexOf(width);
  if (place < 0)
    throw new CountProgramError(`a layer has ${width} channels, which is none of ${widths.join(', ')}`);
  return place;
}
