/** Writes files in CIFAR's binary format: records of labels, all reds, all greens, all blues. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pixel of an image made up for tests. */
export function pixelOf(label: number, row: number, column: number, channel: number): number {
  return (label * 50 + row * 3 + column * 5 + channel * 71) % 256;
}

/** A file of one image a list of label bytes. */
export function cifarBytes(records: readonly (readonly number[])[]): Buffer {
  return Buffer.concat(
    records.map((labels) => {
      const pixels = Buffer.alloc(3072);
      for (let i = 0; i < 3072; i++)
        pixels[i] = pixelOf(labels.at(-1) ?? 0, (i >> 5) % 32, i % 32, Math.trunc(i / 1024));
      return Buffer.concat([Buffer.from(labels), pixels]);
    }),
  );
}

/** CIFAR-10 with two images a file. */
export function writeCifar10(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let batch = 1; batch <= 5; batch++)
    writeFileSync(join(folder, `data_batch_${batch}.bin`), cifarBytes([[batch], [batch + 4]]));
  writeFileSync(join(folder, 'test_batch.bin'), cifarBytes([[9], [0]]));
}
