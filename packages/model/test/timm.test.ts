import type { Network } from '@netspace/network/network';
import { generateRegNet } from '@netspace/network/regnet';
import { quantizeWidths } from '@netspace/network/quantize';
import { zoo } from '@netspace/network/zoo';
import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { timmConfiguration, type TimmArguments } from '@netspace/network/timm';
import { small } from './random-model.ts';

/** The network that the arguments stand for, by our own generator. */
function generated(found: TimmArguments, like: Network): Network['stages'] {
  return generateRegNet({
    depth: found.depth,
    initialWidth: found.w0,
    widthSlope: found.wa,
    widthMultiplier: found.wm,
    groupWidth: found.group_size,
    bottleneckRatio: like.stages[0]?.bottleneckRatio ?? 1,
  }).stages;
}

describe("timm's arguments", () => {
  it.each(zoo.filter(({ parameters }) => parameters !== undefined))('make $name again', ({ network }) => {
    const found = timmConfiguration(network);
    if (!('arguments' in found)) throw new Error(found.reason);
    expect(generated(found.arguments, network)).toEqual(network.stages);
    expect(found.arguments).toMatchObject({ se_ratio: network.seRatio, stem_width: 32, act_layer: 'relu' });
  });

  it('make any regular RegNet of four stages again, whatever its groups and bottleneck', () => {
    const stream = random('timm');
    let tried = 0;
    while (tried < 100) {
      const draw = (least: number, most: number) => least + stream.below(most - least + 1);
      const parameters = {
        depth: draw(4, 28),
        initialWidth: 8 * draw(1, 32),
        widthSlope: draw(80, 2560) / 10,
        widthMultiplier: draw(1500, 3000) / 1000,
      };
      const { stages, regular } = quantizeWidths(parameters);
      if (!regular || stages.length !== 4) continue;
      const network = generateRegNet({
        ...parameters,
        groupWidth: 8 * draw(1, 16),
        bottleneckRatio: draw(1, 2),
      });
      const found = timmConfiguration(network);
      if (!('arguments' in found)) throw new Error(`${JSON.stringify(parameters)}: ${found.reason}`);
      expect(generated(found.arguments, network)).toEqual(network.stages);
      tried++;
    }
  });

  const [first, ...others] = small.stages;
  it.each<[string, Partial<Network>, RegExp]>([
    ['a block that timm lacks', { block: 'basic' }, /kind basic/],
    ['a stem at stride 1', { stem: { kind: 'cifar', width: 8 } }, /cifar stem/],
    ['three stages', { stages: others }, /4 stages, not 3/],
    ['a stage at stride 1', { stages: small.stages.map((stage) => ({ ...stage, stride: 1 })) }, /stride 2/],
    ['a falling width', { stages: small.stages.toReversed() }, /no w0, wa and wm/],
    [
      'group widths of their own',
      { stages: [{ ...first, groupWidth: 4 } as Network['stages'][0], ...others] },
      /one group width/,
    ],
    ['linear blocks without a head convolution', { block: 'linear-bottleneck' }, /activation behind/],
    ['a squeeze to nothing', { seRatio: 0.01 }, /no channel/],
  ])('do not exist for %s, and the reason is told', (_, change, reason) => {
    const found = timmConfiguration({ ...small, ...change });
    expect('reason' in found && found.reason).toMatch(reason);
  });
});
