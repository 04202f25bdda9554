/** A training of a minute's fraction that tests start as they like, and as often. */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';

export const network = {
  stem: { kind: 'simple', width: 8 },
  stages: [
    { depth: 1, width: 8, stride: 1, bottleneckRatio: 1, groupWidth: 4 },
    { depth: 1, width: 16, stride: 2, bottleneckRatio: 1, groupWidth: 8 },
  ],
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

/** Images to learn from are a multiple of nothing, so that the last batch of each part is partial. */
export async function loadSmallData(limit = 1111) {
  return holdOut(await loadDataset('fashion-mnist-12k'), { seed: 1, validationShare: 0.3, limit });
}
