/** Mean and deviation of pixels, and the table that turns a byte into the number a network sees. */
import type { ImageSet } from './dataset.ts';

/** A value a channel, in units of 0 to 255. */
export interface PixelStatistics {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Population mean and standard deviation over all pixels of all images, exact up to the last division: the sums are of whole numbers. */
export function measurePixels(set: ImageSet): PixelStatistics {
  const { images, channels } = set;
  const sums = Array.from({ length: channels }, () => ({ sum: 0, squares: 0 }));
  for (const [channel, total] of sums.entries()) {
    for (let i = channel; i < images.length; i += channels) {
      const pixel = images[i] ?? 0;
      total.sum += pixel;
      total.squares += pixel * pixel;
    }
  }
  const pixels = images.length / channels;
  const mean = sums.map(({ sum }) => sum / pixels);
  const deviation = sums.map(({ squares }, i) =>
    Math.sqrt(Math.max(0, squares / pixels - (mean[i] ?? 0) ** 2)),
  );
  return { mean, deviation };
}

/** (pixel - mean) / deviation for every byte, as [channel, 256]; a channel without any spread is only centred. */
export function normalizationTable({ mean, deviation }: PixelStatistics): Float32Array {
  const table = new Float32Array(256 * mean.length);
  for (const [channel, centre] of mean.entries()) {
    const divisor = spreadOf(deviation[channel]);
    for (let pixel = 0; pixel < 256; pixel++) table[channel * 256 + pixel] = (pixel - centre) / divisor;
  }
  return table;
}

/** What a channel's centred pixels are divided by: its deviation, or 1 where it has none. */
export function spreadOf(deviation = 0): number {
  return deviation > 0 ? deviation : 1;
}
