import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointFile } from '../checkpoint-file.ts';
import { encodeCheckpoint, readCheckpoint, type Checkpoint, type CheckpointStore } from '../checkpoint.ts';
import { completeRecipe, type RecipeDeclaration } from '../recipe.ts';
import { trainNetwork, type TrainingOptions } from '../train.ts';
import { blockLayers, type BlockBuilder } from '@netspace/network/layers';
import { identify } from '../training-identity.ts';
import { loadSmallData, network as untyped } from './small-training.mjs';
import { memoryStore } from './small-case.ts';
import { checkBuild, trainInProcess } from './train-process.ts';

const network = untyped as Network;
const data = await loadSmallData();
const declaration: RecipeDeclaration = { epochs: 3, batchSize: 64, learningRate: 0.05 };
/** Whatever has a memory or draws at random. */
const everything: RecipeDeclaration = {
  ...declaration,
  optimizer: 'adamw',
  learningRate: 0.005,
  clipNorm: 1,
  augmentation: 'flip-crop',
  emaAlpha: 0.001,
  emaEvery: 4,
  preciseBatchNormImages: 200,
  zeroInitGamma: true,
  labelSmoothing: 0.1,
  mixup: 0.2,
  dropout: 0.1,
  dropConnect: 0.2,
};
const seed = 5;
const folder = mkdtempSync(join(tmpdir(), 'netspace-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function train(options: Partial<TrainingOptions>, recipe = declaration) {
  return trainNetwork(network, completeRecipe(recipe), data, { seed, ...options });
}

/** All that must not depend on an interruption: the curve without clocks, and every bit of the state. */
function lasting(store: CheckpointStore, recipe = declaration): unknown {
  const checkpoint = readCheckpoint(store, identify(network, completeRecipe(recipe), data, seed));
  if (checkpoint === undefined) throw new Error('there is no checkpoint');
  const curve = checkpoint.curve.map(withoutClock);
  const state = Object.entries(checkpoint.state).map(([part, values]) => [
    part,
    Buffer.from(values.buffer).toString('hex'),
  ]);
  return { curve, state };
}

function withoutClock({ seconds: _s, imagesPerSecond: _i, ...rest }: EpochRecord): EpochRecord {
  return rest;
}

describe('a training with a checkpoint', () => {
  it('that stops after each epoch ends with the bits of one that never stops', async () => {
    const [calm, broken] = [memoryStore(), memoryStore()];
    const whole = await train({ checkpoint: calm });
    const resumed: unknown[] = [];
    const seen: number[] = [];
    let last = await train({ checkpoint: broken, shouldStop: () => 'request' });
    while (last.status === 'stopped') {
      seen.length = 0;
      last = await train({
        checkpoint: broken,
        shouldStop: () => 'request',
        onCheckpoint: (finding) => resumed.push(finding),
        onEpoch: ({ epoch }) => seen.push(epoch),
      });
    }
    expect(resumed).toEqual([
      { kind: 'resumed', epoch: 1 },
      { kind: 'resumed', epoch: 2 },
    ]);
    expect(seen).toEqual([1, 2, 3]);
    expect(last.curve.map(withoutClock)).toEqual(whole.curve.map(withoutClock));
    expect(lasting(broken)).toEqual(lasting(calm));
  });

  it('is asked of the curve that it brings, if that is wished, and evaluates what stops there', async () => {
    const store = memoryStore();
    const first = await train({ checkpoint: store, shouldStop: () => 'request' });
    const asked: number[] = [];
    const again = await train({
      checkpoint: store,
      asksWhenResumed: true,
      shouldStop: (curve) => {
        asked.push(curve.length);
        return Promise.resolve('halving' as const);
      },
    });
    expect(asked).toEqual([1]);
    expect(again.stopped).toEqual({ by: 'halving', epoch: 1 });
    expect(again.curve).toEqual(first.curve);
    expect(again.evaluation).toEqual(first.evaluation);
  });

  it('that is complete comes back without a step', async () => {
    const store = memoryStore();
    const whole = await train({ checkpoint: store });
    const steps: unknown[] = [];
    const again = await train({ checkpoint: store, onStep: (step) => steps.push(step) });
    expect(steps).toEqual([]);
    expect({ ...again, secondsToFirstStep: 0 }).toEqual({ ...whole, secondsToFirstStep: 0 });
  });

  it('that is cut short is named, left aside, and trained anew', async () => {
    const store = memoryStore();
    await train({ checkpoint: store });
    const whole = lasting(store);
    store.bytes = store.bytes?.subarray(0, 3000);
    const findings: unknown[] = [];
    await train({ checkpoint: store, onCheckpoint: (finding) => findings.push(finding) });
    expect(findings).toEqual([
      { kind: 'damaged', reason: 'memory: the checkpoint was cut short (3000 bytes are left)' },
    ]);
    expect(lasting(store)).toEqual(whole);
  });

  it('of another training is refused and stays as it is', async () => {
    const store = memoryStore();
    await train({ checkpoint: store, shouldStop: () => 'request' });
    const kept = store.bytes;
    await expect(train({ checkpoint: store }, { ...declaration, epochs: 4 })).rejects.toMatchObject({
      code: 'CHECKPOINT_FOREIGN',
      message: expect.stringContaining('recipe.epochs 3 instead of 4'),
    });
    expect(store.bytes).toBe(kept);
  });
});

describe('a training process', () => {
  beforeAll(checkBuild);

  it.each([
    ['SGD', declaration],
    ['all features at once', everything],
  ])(
    'that is killed in the midst of epochs ends with the bits of one that is not: %s',
    async (name, recipe) => {
      const [calm, stormy] = [join(folder, `calm ${name}`), join(folder, `stormy ${name}`)];
      await trainInProcess(calm, recipe);
      const first = await trainInProcess(stormy, recipe, 'step 1 4');
      expect(first).not.toContain('step 2 1');
      expect(checkpointFile(stormy).read()).toBeUndefined();
      await trainInProcess(stormy, recipe, 'step 2 7');
      const third = await trainInProcess(stormy, recipe, 'step 3 2');
      expect(third[0]).toBe('resumed 1');
      const last = await trainInProcess(stormy, recipe);
      expect(last[0]).toBe('resumed 2');
      expect(last).not.toContain('step 2 1');
      expect(lasting(checkpointFile(stormy), recipe)).toEqual(lasting(checkpointFile(calm), recipe));
    },
    120_000,
  );
});

describe('a checkpoint', () => {
  const identity = {
    ...identify(network, completeRecipe(declaration), data, seed),
    tensorflow: '2',
    threads: '1',
  };
  const state = {
    weights: Float32Array.of(1, -0, NaN, 1e-40),
    batchNorms: new Float32Array(0),
    biases: Float32Array.of(3),
    statistics: Float32Array.of(4, 5),
    weightsVelocity: Float32Array.of(6, 7, 8, 9),
  };
  const checkpoint: Checkpoint = { identity, curve: [{ epoch: 1, trainLoss: 1 / 3 }], state };
  const bytes = encodeCheckpoint(checkpoint);

  it('is read as it was written, to the last bit', () => {
    expect(readCheckpoint(memoryStore(bytes), identity)).toEqual(checkpoint);
  });

  it('that is cut short anywhere is recognised', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => readCheckpoint(memoryStore(bytes.subarray(0, length)), identity)).toThrow('cut short');
  });

  it('with any one bit changed is recognised, or is none any more', () => {
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ (1 << (i % 8));
      expect(() => readCheckpoint(memoryStore(changed), identity)).toThrow(/memory: (the checkpoint|it is)/);
    }
  });

  it('with something behind it was changed', () => {
    const longer = Buffer.concat([bytes, Buffer.from('x')]);
    expect(() => readCheckpoint(memoryStore(longer), identity)).toThrow('changed after it was written');
  });

  it.each([
    ['another network', { network: { ...network, seRatio: 0.25 } }, 'network.seRatio 0 instead of 0.25'],
    ['another seed', { seed: 6 }, 'seed 5 instead of 6'],
    ['other images', { data: { name: data.name, fingerprint: 'ff' } }, 'instead of ff'],
    ['another number of threads', { threads: '2' }, 'threads 1 instead of 2'],
    ['another TensorFlow', { tensorflow: '3' }, 'tensorflow 2 instead of 3'],
  ])('for %s is refused with the difference', (_, other, words) => {
    expect(() => readCheckpoint(memoryStore(bytes), { ...identity, ...other })).toThrow(words);
  });

  it('tells blocks of one’s own apart by their layers, and from those of the network', () => {
    const of = (block?: BlockBuilder) => identify(network, completeRecipe(declaration), data, seed, block);
    const noisy: BlockBuilder = (name, made, block) => [
      ...blockLayers(name, made, block),
      { kind: 'activation', activation: 'silu' },
    ];
    expect(of(noisy)).toEqual(of((...made) => noisy(...made)));
    expect(of(noisy).layers).not.toBe(of(blockLayers).layers);
    expect(of()).not.toHaveProperty('layers');
  });

  it('does not care what a network is called', () => {
    const called = (name: string) => identify({ ...network, name }, completeRecipe(declaration), data, seed);
    expect(called('one')).toEqual(called('another'));
  });

  it('changes with a single pixel or label of either part', () => {
    const recipe = completeRecipe(declaration);
    const of = (changed: typeof data) => identify(network, recipe, changed, seed).data.fingerprint;
    const flip = <A extends Uint8Array | Uint16Array>(array: A): A => {
      const flipped = array.slice() as A;
      flipped[7] = (array[7] ?? 0) ^ 1;
      return flipped;
    };
    const { train: own, validation } = data;
    const changes = [
      data,
      { ...data, train: { ...own, images: flip(own.images) } },
      { ...data, train: { ...own, labels: flip(own.labels) } },
      { ...data, validation: { ...validation, images: flip(validation.images) } },
      { ...data, validation: { ...validation, labels: flip(validation.labels) } },
    ];
    expect(new Set(changes.map(of)).size).toBe(changes.length);
  });
});

describe('a checkpoint file', () => {
  it('is replaced whole, in a folder that is made, without a draft left', () => {
    const store = checkpointFile(join(folder, 'deep', 'er', 'file'));
    expect(store.read()).toBeUndefined();
    store.write(Uint8Array.of(1, 2, 3));
    writeFileSync(join(folder, 'deep', 'er', 'file.draft'), 'what a kill left of a longer one');
    store.write(Uint8Array.of(4));
    expect([...(store.read() ?? [])]).toEqual([4]);
    expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['file']);
  });

  it('that is something else is refused and stays as it is', async () => {
    const file = join(folder, 'net.json');
    writeFileSync(file, '{"stages":[]}\n');
    await expect(train({ checkpoint: checkpointFile(file) })).rejects.toThrow('not a checkpoint');
    expect(readFileSync(file, 'utf8')).toBe('{"stages":[]}\n');
  });
});
