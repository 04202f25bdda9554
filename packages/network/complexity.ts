/** Flops, parameters and activations of a network, counted from its layers; no model is built. */
import { blockProgram, headProgram, stemProgram } from './block-program.ts';
import { groupsOf, innerWidth } from './compatibility.ts';
import { addCounts, type Tally } from './count-program.ts';
import { blockRuns, gateWidth, type BlockRun } from './layers.ts';
import type { InputShape, Network } from './network.ts';

export interface Complexity {
  /** Multiply-adds of one forward pass of one image. */
  readonly flops: number;
  readonly params: number;
  /** Output elements of convolution, max-pool and linear layers. */
  readonly activations: number;
}

/** A network too large to be counted exactly, or an input that is no image. */
export class ComplexityError extends Error {
  readonly code = 'COMPLEXITY';
}

/**
 * Exact whole numbers; a count beyond 2^53 is an error. Each kind of stem, block and head is compiled once, from its layers, into
 * sums over its widths; counting evaluates those, one block for all blocks of a stage that are alike.
 */
export function countComplexity(network: Network, input: InputShape): Complexity {
  const tally = countWithin(network, input, unlimited);
  if (!tally) throw new ComplexityError('this network has more than 2^53 flops; make it smaller');
  return tally;
}

/** The same, but nothing as soon as the layers so far are beyond a limit: no further layer takes anything away. */
export function countWithin(network: Network, input: InputShape, most: Complexity): Complexity | undefined {
  checkInput(input);
  const tally: Tally = { flops: 0, params: 0, activations: 0 };
  const { stem, stages, head } = network;
  let side = addCounts(stemProgram(stem.kind), [1, input.channels, stem.width], input.resolution, 1, tally);
  for (const run of blockRuns(network)) {
    side = addBlocks(network, run, side, tally);
    if (isBeyond(tally, most)) return undefined;
  }
  const width = stages.at(-1)?.width ?? stem.width;
  addCounts(headProgram(head.width > 0), [1, width, head.width, input.classes], side, 1, tally);
  if (isBeyond(tally, most)) return undefined;
  checkTally(tally);
  return tally;
}

const unlimited: Complexity = { flops: Infinity, params: Infinity, activations: Infinity };

function isBeyond({ flops, params, activations }: Tally, most: Complexity): boolean {
  return flops > most.flops || params > most.params || activations > most.activations;
}

function addBlocks(
  network: Network,
  { stage, inputWidth, stride, count }: BlockRun,
  side: number,
  tally: Tally,
): number {
  const { block } = network;
  const gate = gateWidth(network, inputWidth);
  const program = blockProgram({ block, stride, keepsWidth: inputWidth === stage.width, gated: gate > 0 });
  const widths = [1, inputWidth, stage.width, innerWidth(stage), groupsOf(stage), gate];
  return addCounts(program, widths, side, count, tally);
}

function checkTally(tally: Tally): void {
  for (const name of ['flops', 'params', 'activations'] as const)
    if (!Number.isSafeInteger(tally[name]))
      throw new ComplexityError(`${name} of this network are not a whole number below 2^53; make it smaller`);
}

function checkInput(input: InputShape): void {
  for (const name of ['resolution', 'channels', 'classes'] as const)
    if (!(Number.isInteger(input[name]) && input[name] >= 1))
      throw new ComplexityError(`${name} ${input[name]}: it must be a whole number of at least 1`);
}
