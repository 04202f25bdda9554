import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networkKey } from '@netspace/network/interchange';
import { checkMembership } from '@netspace/space/membership';
import { findSpace } from '@netspace/space/builtin';
import { parsePlan } from '@netspace/sweep/plan';
import { planTrials } from '@netspace/sweep/trials';
import { describe, expect, it } from 'vitest';
import { claims } from '../findings/claims.ts';
import { settle } from '../findings/pilot.ts';
import { plansFor, readPlans, varied } from '../findings/plans.ts';
import { populationOf } from '../findings/populations.ts';
import { input } from './synthetic.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const plans = readPlans(root);
const spaces = plans.flatMap(({ plan }) => plan.sweep.spaces);
const read = (file: string): string => readFileSync(join(root, 'experiments', file), 'utf8');

describe('the plans of the study', () => {
  it('train each population that a claim asks for once, and no other', () => {
    const asked = new Set(claims.flatMap(({ tests }) => tests.flatMap((test) => test.spaces)));
    const names = spaces.map(({ name }) => name);
    expect(names.filter((name) => populationOf(name) === name).toSorted()).toEqual([...asked].toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(names.map(populationOf))).toEqual(asked);
  });

  it('add networks to a population from its own space, but none that it has', () => {
    const added = spaces.filter(({ name }) => populationOf(name) !== name);
    expect(added.map(({ name }) => name)).toEqual(
      ['AnyNetX-A', 'AnyNetX-B', 'AnyNetX-E', 'RegNetX'].map((name) => `${name}-more`),
    );
    for (const { name, space } of added)
      expect(space).toEqual(spaces.find((each) => each.name === populationOf(name))?.space);
  });

  it('have the same images, recipe, window and seed, so that all populations compare', () => {
    const common = plans.map(({ plan: { sweep } }) => ({
      seed: sweep.seed,
      data: sweep.data,
      recipe: sweep.recipe,
      windows: new Set(sweep.spaces.map(({ window }) => JSON.stringify(window))),
    }));
    for (const each of common) expect(each).toEqual(common[0]);
    expect(common[0]?.windows.size).toBe(1);
  });

  it('train 150 networks of each space of the main chain, and 30 or 40 of the spaces that are compared with one of these', () => {
    const numbers = new Map<string, number>();
    for (const { name, networks } of spaces)
      numbers.set(populationOf(name), (numbers.get(populationOf(name)) ?? 0) + networks);
    const chain = [...'ABCDE'].map((step) => `AnyNetX-${step}`).concat('RegNetX');
    for (const [name, networks] of numbers)
      expect([name, networks]).toEqual([
        name,
        chain.includes(name) ? 150 : name.includes('falling') ? 40 : 30,
      ]);
  });

  it.each<[string, { ratio?: true; group?: true; order?: 'up' }]>([
    ['AnyNetX-B', { ratio: true }],
    ['AnyNetX-C', { ratio: true, group: true }],
    ['AnyNetX-E', { ratio: true, group: true, order: 'up' }],
  ])('sample %s as the paper has it', (name, { ratio, group, order }) => {
    const plan = plans.find((each) => each.plan.sweep.spaces.some((space) => space.name === name));
    const { trials } = planTrials(parsePlan(varied(plan?.text ?? '', { quick: true }), 'quick'), input);
    const members = trials.filter(({ space }) => space === name);
    expect(members).toHaveLength(5);
    for (const { network, flops } of members) {
      const { stages } = network;
      const inner = stages.map(({ width, bottleneckRatio }) => width / bottleneckRatio);
      const widest = Math.max(...stages.map(({ groupWidth }) => groupWidth));
      if (ratio) expect(new Set(stages.map(({ bottleneckRatio }) => bottleneckRatio)).size).toBe(1);
      // Where a stage is too narrow for the common group width it is one group.
      if (group)
        for (const [i, { groupWidth }] of stages.entries()) expect([widest, inner[i]]).toContain(groupWidth);
      if (order === 'up')
        for (const key of ['depth', 'width'] as const)
          expect(stages.map((stage) => stage[key])).toEqual(
            stages.map((stage) => stage[key]).toSorted((a, b) => a - b),
          );
      expect(flops).toBeGreaterThanOrEqual(1.5e6);
      expect(flops).toBeLessThanOrEqual(2e6);
    }
  });

  it('draw lines with w0 = wa where the claim says so', () => {
    const plan = plans.find(({ id }) => id === '16');
    const { trials } = planTrials(parsePlan(varied(plan?.text ?? '', { quick: true }), 'quick'), input);
    const lines = trials.filter(({ space }) => space === 'RegNetX-w0-wa').map(({ generator }) => generator);
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line?.['widthSlope']).toBe(line?.['initialWidth']);
    const others = trials.filter(({ space }) => space === 'RegNetX-wm-2').map(({ generator }) => generator);
    for (const line of others) expect(line?.['widthMultiplier']).toBeGreaterThanOrEqual(2);
  });

  it('are run for one claim only where it needs their populations', () => {
    const tests = claims.filter(({ id }) => id === '15').flatMap((claim) => claim.tests);
    expect(plansFor(tests, plans).map(({ id }) => id)).toEqual(['13', '15', '21']);
  });
});

describe('the pilot', () => {
  const sample = (file: string) => planTrials(parsePlan(read(`02-pilot/${file}.yaml`), file), input).trials;
  const keys = (trials: ReturnType<typeof sample>) =>
    trials.map(({ space, network }) => `${space} ${networkKey(network)}`).toSorted();

  it('trains the same networks for short, for long, and with other seeds', () => {
    const [short, long, seeds] = [sample('short'), sample('long'), sample('seeds')];
    expect(keys(long)).toEqual(keys(short));
    expect(keys(seeds)).toEqual(keys(short));
    const seedOf = new Map(
      short.map(({ space, network, seed }) => [`${space} ${networkKey(network)}`, seed]),
    );
    for (const { space, network, seed } of seeds)
      expect(seedOf.get(`${space} ${networkKey(network)}`)).not.toBe(seed);
    expect(long[0]?.recipe['epochs']).toBe(4 * Number(short[0]?.recipe['epochs']));
  });

  it('writes its rates into all plans but those that draw them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netspace-settle-'));
    try {
      cpSync(join(root, 'experiments'), folder, {
        recursive: true,
        filter: (path) => !/node_modules|dist/.test(path),
      });
      settle(folder, { learningRate: 0.23, weightDecay: 3.1e-5 });
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /^(02|1\d)-.*yaml$/.test(file),
      );
      const recipes = files.map((file) => parsePlan(readFileSync(join(folder, file), 'utf8'), file).sweep);
      const drawn = recipes.filter(({ recipeDimensions }) => recipeDimensions !== undefined);
      expect(drawn).toHaveLength(1);
      for (const { recipe } of recipes.filter((each) => !drawn.includes(each)))
        expect(recipe).toMatchObject({ learningRate: 0.23, weightDecay: 3.1e-5 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('pycls’ sweeps on CIFAR', () => {
  const colours = { resolution: 32, channels: 3, classes: 10 };
  const planOf = (name: string) => parsePlan(read(`pycls-cifar/${name}.yaml`), name);

  it('train ResNet-56 with 64 pairs of rates', () => {
    const { trials } = planTrials(planOf('optim'), colours);
    expect(trials).toHaveLength(64);
    for (const { network, flops } of trials) {
      expect(network.stages.map(({ depth, width, stride }) => [depth, width, stride])).toEqual([
        [9, 16, 1],
        [9, 32, 2],
        [9, 64, 2],
      ]);
      expect(flops).toBe(125_747_850);
    }
    const rates = trials.map(({ recipe }) => Number(recipe['learningRate']));
    expect(new Set(rates).size).toBe(64);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.25);
    expect(Math.max(...rates)).toBeLessThanOrEqual(5);
  });

  it('sample 32 RegNets of its flops, and accept about as few as pycls does', () => {
    const { trials, samples } = planTrials(planOf('regnet'), colours);
    expect(trials).toHaveLength(32);
    for (const { network, flops, params, activations } of trials) {
      expect(network.stages).toHaveLength(2);
      expect(flops).toBeGreaterThanOrEqual(120e6);
      expect(flops).toBeLessThanOrEqual(130e6);
      expect(params).toBeLessThanOrEqual(2e6);
      expect(activations).toBeLessThanOrEqual(1e6);
    }
    // 14 of 6,000 draws of pycls: 0.23 %.
    expect(samples[0]?.acceptance).toBeGreaterThan(0.001);
    expect(samples[0]?.acceptance).toBeLessThan(0.004);
  });

  it('train its best network twelve times, for 50 to 400 epochs', () => {
    const { trials } = planTrials(planOf('best'), colours);
    expect(trials).toHaveLength(12);
    for (const { network, recipe } of trials) {
      expect(network.stages.map(({ depth, width }) => [depth, width])).toEqual([
        [4, 96],
        [8, 280],
      ]);
      expect([50, 100, 200, 400]).toContain(recipe['epochs']);
    }
  });
});

describe('the spaces of the study', () => {
  it('lie inside the papers’ own but for stem and strides', () => {
    const plan = plans.find(({ id }) => id === '13');
    const { trials } = planTrials(parsePlan(varied(plan?.text ?? '', { quick: true }), 'quick'), input);
    const e = findSpace('anynet-e');
    for (const { network } of trials.filter(({ space }) => space === 'AnyNetX-E')) {
      const stages = network.stages.map((stage) => ({ ...stage, stride: 2 }));
      expect(
        checkMembership({ ...network, stages, stem: { kind: 'simple', width: 32 } }, e).violations,
      ).toEqual([]);
    }
  });
});
