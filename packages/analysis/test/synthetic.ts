/** Populations made by a seeded generator, for tests: two spaces whose errors follow the paper's findings, with failures among them. */
import { countComplexity } from '@netspace/network/complexity';
import { fitWidths } from '@netspace/network/fit';
import type { InputShape, Network, Stage } from '@netspace/network/network';
import { generateRegNet } from '@netspace/network/regnet';
import type { EpochRecord, Trial } from '@netspace/population/trial';
import { random, type Random } from '@netspace/stats/random';

export const input: InputShape = { resolution: 28, channels: 1, classes: 10 };

/** `perSpace` networks of "anynet-a" and of "regnet-x"; with four or more, the fourth AnyNet diverged and the third RegNet failed. */
export function syntheticSweep(perSpace: number, seed: number, epochs = 3): Trial[] {
  return ['anynet-a', 'regnet-x'].flatMap((space) =>
    Array.from({ length: perSpace }, (_, i) =>
      syntheticTrial(space, i, random(`${seed}/${space}/${i}`), epochs),
    ),
  );
}

function syntheticTrial(space: string, index: number, stream: Random, epochs: number): Trial {
  const { network, generator } = space === 'regnet-x' ? drawRegNet(stream) : { network: drawAnyNet(stream) };
  const common = { space, network, ...countComplexity(network, input), seed: index + 1, recipe };
  const described = generator === undefined ? common : { ...common, generator };
  const curve = drawCurve(network, stream, epochs);
  if (space === 'anynet-a' && index === 3)
    return { ...described, status: 'diverged', error: 1, curve: curve.slice(0, 1) };
  if (space === 'regnet-x' && index === 2)
    return { ...described, status: 'failed', reason: 'the worker was killed: out of memory' };
  return { ...described, status: 'completed', error: curve.at(-1)?.validationError ?? 1, curve };
}

const recipe = { epochs: 3, batchSize: 128, learningRate: 0.1, weightDecay: 0.0005, optimizer: 'sgd' };

function pick(choices: readonly number[], stream: Random): number {
  return choices[stream.below(choices.length)] ?? NaN;
}

function drawAnyNet(stream: Random): Network {
  const stages: Stage[] = Array.from({ length: 3 }, () => ({
    depth: Math.ceil(6 ** stream.next()),
    width: 16 * Math.ceil(16 ** stream.next()),
    stride: 2,
    bottleneckRatio: pick([1, 2, 4], stream),
    groupWidth: pick([1, 2, 4], stream),
  }));
  const stem = { kind: 'cifar' as const, width: 16 };
  return { stem, stages, block: 'bottleneck', seRatio: 0, head: { width: 0 }, activation: 'relu' };
}

function drawRegNet(stream: Random): { network: Network; generator: Record<string, number> } {
  const generator = {
    depth: 5 + stream.below(8),
    initialWidth: 8 * (2 + stream.below(4)),
    widthSlope: 8 + stream.next() * 24,
    widthMultiplier: 2 + stream.next(),
    groupWidth: pick([8, 16], stream),
  };
  const stem = { kind: 'cifar' as const, width: 16 };
  return { network: generateRegNet({ ...generator, bottleneckRatio: 1, stem }), generator };
}

/** Nearly linear widths and some depth help; the rest is luck. */
function drawCurve(network: Network, stream: Random, epochs: number): EpochRecord[] {
  const depth = network.stages.reduce((sum, stage) => sum + stage.depth, 0);
  const last =
    0.085 +
    0.03 * Math.min(1.2, fitWidths(network).fitError) +
    0.06 / depth +
    0.012 * Math.abs(stream.normal());
  return Array.from({ length: epochs }, (_, i) => {
    const left = Math.exp((-2.2 * i) / epochs) - Math.exp((-2.2 * (epochs - 1)) / epochs);
    const validationError = last + 0.16 * left * (1 + 0.2 * stream.normal());
    return { epoch: i + 1, trainLoss: 3 * validationError, validationError, seconds: 4 + stream.next() };
  });
}
