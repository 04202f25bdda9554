/** Quantized linear widths. Section 3.3, equations 2–4. */
import { roundHalfEven } from './rounding.ts';

export interface RegNetParameters {
  /** d, blocks in all, at least 1. */
  readonly depth: number;
  /** w0, a positive multiple of 8. */
  readonly initialWidth: number;
  /** wa, at least 0. */
  readonly widthSlope: number;
  /** wm, above 1. */
  readonly widthMultiplier: number;
}

export interface QuantizedWidths {
  /** u_j of each block. */
  readonly linearWidths: readonly number[];
  /** w_j of each block, multiples of 8. */
  readonly blockWidths: readonly number[];
  /** Largest level + 1: the number of stages if no level is skipped and none collapse. */
  readonly levels: number;
  /** As many distinct widths as levels; pycls keeps no other network. */
  readonly regular: boolean;
  /** Runs of equal width, first to last. */
  readonly stages: readonly { readonly depth: number; readonly width: number }[];
}

/** Parameters outside their range. */
export class QuantizerError extends Error {
  readonly code = 'QUANTIZER';
}

/** Widths are multiples of this. */
const QUANTUM = 8;

/** Widths of the blocks of a RegNet, and the stages that they make. All roundings are half to even. */
export function quantizeWidths(parameters: RegNetParameters): QuantizedWidths {
  const { stages, levels } = quantizeStages(parameters);
  const { depth, initialWidth: w0, widthSlope: wa } = parameters;
  const linearWidths: number[] = [];
  // (2) u_j = w0 + wa · j
  for (let j = 0; j < depth; j++) linearWidths.push(w0 + wa * j);
  const blockWidths: number[] = [];
  for (const stage of stages) for (let j = 0; j < stage.depth; j++) blockWidths.push(stage.width);
  return { linearWidths, blockWidths, levels, regular: stages.length === levels, stages };
}

/**
 * The stages alone: what sampling needs of many networks, of which it keeps few. Level by level and not block by block: level k ends
 * where u_j passes w0 · wm^(k + 1/2). Blocks on the very border of two levels are left to the rounding of equation 3.
 */
export function quantizeStages(parameters: RegNetParameters): Pick<QuantizedWidths, 'levels' | 'stages'> {
  checkParameters(parameters);
  const { depth, initialWidth: w0, widthSlope: wa, widthMultiplier: wm } = parameters;
  const root = Math.sqrt(wm);
  const stages: { depth: number; width: number }[] = [];
  let stage = { depth: 0, width: 0 };
  let [level, power] = [0, 1];
  for (let block = 0; block < depth;) {
    // (4) w_j = w0 · wm^k_j, to a multiple of 8
    const width = roundHalfEven((w0 * power) / QUANTUM) * QUANTUM;
    if (width !== stage.width) stages.push((stage = { depth: 0, width }));
    const border = (w0 * (power * root - 1)) / wa;
    const end = endOf(level, block, border, parameters);
    stage.depth += end - block;
    block = end;
    if (block === depth) break;
    const next = levelAfter(level, power * wm * root, block, parameters);
    for (; level < next; level++) power *= wm;
  }
  return { stages, levels: level + 1 };
}

/** The first block above the level that `block` has, or the depth; `border` is where the line passes into the next level. */
function endOf(level: number, block: number, border: number, parameters: RegNetParameters): number {
  const { depth } = parameters;
  let end = Math.max(block + 1, border < depth ? Math.ceil(border) : depth);
  if (Math.abs(border - Math.round(border)) < 1e-6) {
    while (end > block + 1 && levelOf(end - 1, parameters) > level) end--;
    while (end < depth && levelOf(end, parameters) === level) end++;
  }
  return end;
}

/** The level of the first block above a level: the next, unless that one ends (at the ratio `top` of u_j to w0) before this block. */
function levelAfter(level: number, top: number, block: number, parameters: RegNetParameters): number {
  const { initialWidth: w0, widthSlope: wa } = parameters;
  return (w0 + wa * block) / w0 < top * (1 - 1e-9) ? level + 1 : levelOf(block, parameters);
}

/**
 * Whether the largest level + 1 may be from `low` to `high`, by the last block alone: false is certain. Samplers, most of whose draws
 * have too many or too few levels, take no logarithm for it: round(s) = k means wm^(2k - 1) ≤ (u/w0)² ≤ wm^(2k + 1).
 */
export function mayHaveLevels(parameters: RegNetParameters, low: number, high: number): boolean {
  const { depth, initialWidth: w0, widthSlope: wa, widthMultiplier: wm } = parameters;
  const ratio = (w0 + wa * (depth - 1)) / w0;
  const square = ratio * ratio;
  let power = 1 / wm;
  for (let level = 1; level < low; level++) power *= wm * wm;
  if (square < power * (1 - 1e-9)) return false;
  for (let level = low; level <= high; level++) power *= wm * wm;
  return square <= power * (1 + 1e-9);
}

/** (3) u_j = w0 · wm^s_j, and k_j = round(s_j) */
function levelOf(
  j: number,
  { initialWidth: w0, widthSlope: wa, widthMultiplier: wm }: RegNetParameters,
): number {
  return roundHalfEven(Math.log((w0 + wa * j) / w0) / Math.log(wm));
}

function checkParameters({ depth, initialWidth, widthSlope, widthMultiplier }: RegNetParameters): void {
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= 8000))
    throw new QuantizerError(`depth ${depth}: it must be a whole number of blocks from 1 to 8000`);
  if (!(initialWidth > 0 && initialWidth % QUANTUM === 0 && initialWidth <= 1e6))
    throw new QuantizerError(
      `initial width ${initialWidth}: it must be a positive multiple of ${QUANTUM}${nearestMultiples(initialWidth)}`,
    );
  if (!(widthSlope >= 0 && widthSlope <= 1e6))
    throw new QuantizerError(`width slope ${widthSlope}: it must be at least 0`);
  if (!(widthMultiplier > 1 && widthMultiplier <= 1e6))
    throw new QuantizerError(`width multiplier ${widthMultiplier}: it must be above 1`);
}

function nearestMultiples(width: number): string {
  if (!(width > 0 && width < 1e6)) return '';
  const below = Math.floor(width / QUANTUM) * QUANTUM;
  return below > 0 ? `; use ${below} or ${below + QUANTUM}` : `; use ${QUANTUM}`;
}
