/** Flops, parameters and activations of any layers, such as those of a block of one's own. */
import type { Complexity } from './complexity.ts';
import { addCounts, compileCounts, type Tally } from './count-program.ts';
import type { Layer } from './layer.ts';

/**
 * Counts layers by the rules of `countComplexity`, on a square map of `resolution` pixels. Throws a CountProgramError where the
 * branches of a residual have different strides.
 */
export function countLayerComplexity(layers: readonly Layer[], resolution: number): Complexity {
  const widths = [...new Set([1, ...layers.flatMap(widthsOf)])];
  const tally: Tally = { flops: 0, params: 0, activations: 0 };
  addCounts(compileCounts(layers, widths), widths, resolution, 1, tally);
  return tally;
}

/** All numbers of channels and groups. */
function widthsOf(layer: Layer): number[] {
  switch (layer.kind) {
    case 'convolution':
      return [layer.inputWidth, layer.outputWidth, layer.groups];
    case 'linear':
      return [layer.inputWidth, layer.outputWidth];
    case 'batch-norm':
    case 'max-pool':
    case 'global-pool':
      return [layer.width];
    case 'activation':
      return [];
    case 'gate':
      return layer.layers.flatMap(widthsOf);
    case 'residual':
      return [...layer.layers, ...layer.shortcut].flatMap(widthsOf);
  }
}
