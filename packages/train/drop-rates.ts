/** How often each block's residual branch is dropped: stochastic depth (Huang et al., 2016), as EfficientNet scales it. */
import type { Layer, Residual } from '@netspace/network/layer';

/**
 * The block of index i of n, counted from 0, has the rate dropConnect · i / n: none for the first, nearly all for the last. Blocks
 * without a residual branch count, but have none to drop. (pycls gives every block the same rate.)
 */
export function dropRates(layers: readonly Layer[], dropConnect: number): ReadonlyMap<Residual, number> {
  const blocks = [...new Set(layers.map(blockOf).filter((block) => block !== undefined))];
  const rates = new Map<Residual, number>();
  for (const layer of layers) {
    const block = blockOf(layer);
    if (layer.kind !== 'residual' || block === undefined) continue;
    const rate = (dropConnect * blocks.indexOf(block)) / blocks.length;
    if (rate > 0) rates.set(layer, rate);
  }
  return rates;
}

/** `stage1.block2`, after the first layer inside that has a name; undefined outside of blocks. */
function blockOf(layer: Layer): string | undefined {
  if ('name' in layer) return /^stage\d+\.block\d+/.exec(layer.name)?.[0];
  if (layer.kind !== 'residual') return undefined;
  return layer.layers.map(blockOf).find((block) => block !== undefined);
}
