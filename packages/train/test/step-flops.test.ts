import { expect, it } from 'vitest';
import { stepFlops } from '../step-flops.ts';

it('The multiply-adds of a step are what one counts by hand: three times the forward pass, of the stem twice', () => {
  // 4 x 4 pixels, as in the sweep's test of costs. Stem 3x3x1x4; 1x1x4x8 at 4 x 4, 3x3 in two groups at 2 x 2, 1x1x8x8, shortcut, linear 8x2.
  const forward = 16 * 32 + 4 * 9 * 4 * 8 + 4 * 64 + 4 * 32 + 16;
  const network = {
    stem: { kind: 'cifar', width: 4 },
    stages: [{ depth: 1, width: 8, stride: 2, bottleneckRatio: 1, groupWidth: 4 }],
    block: 'bottleneck',
    seRatio: 0,
    head: { width: 0 },
    activation: 'relu',
  } as const;
  expect(stepFlops(network, { resolution: 4, channels: 1, classes: 2 }, 10)).toBe(
    10 * (2 * 16 * 36 + 3 * forward),
  );
});
