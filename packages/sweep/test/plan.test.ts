import { describe, expect, it } from 'vitest';
import { parsePlan } from '../plan.ts';
import { formatSweepPlan, planHash, readSweepPlan } from '../plan-hash.ts';

const text = `name: first-look
seed: 1
spaces:
  - space: anynet-a # the widest
    networks: 10
  - name: narrow
    space:
      extends: regnetx
      dimensions:
        depth: { kind: uniform, low: 4, high: 16, step: 1 }
    networks: 5
    window: { params: 50k:500k }
window: { flops: 4M:8M }
data: { name: fashion-mnist-12k, validationShare: 0.2 }
recipe: { extends: quick, epochs: 2 }
workers: { threads: 1 }
`;

const change = (from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};
const hashOf = (plan: string): string => planHash(parsePlan(plan, 'plan.yaml').sweep);

describe('a plan', () => {
  it('is read with its ranges as numbers and its defaults filled in', () => {
    const { name, sweep, spaces } = parsePlan(text, 'plan.yaml');
    expect(name).toBe('first-look');
    expect(sweep).toMatchObject({
      seed: 1,
      threads: 1,
      spaces: [
        { name: 'anynet-a', networks: 10, window: { flops: { low: 4e6, high: 8e6 } } },
        { name: 'narrow', networks: 5, window: { params: { low: 5e4, high: 5e5 } } },
      ],
      data: { name: 'fashion-mnist-12k', validationShare: 0.2 },
      recipe: { epochs: 2, batchSize: 128, momentum: 0.9 },
    });
    expect(spaces.map((space) => space?.generator)).toEqual(['anynet', 'regnet']);
  });

  it('gives trials up early only where it says by which rule, which is part of its hash', () => {
    expect(parsePlan(text, 'plan.yaml').sweep).not.toHaveProperty('earlyStopping');
    const halving = `${text}earlyStopping: { kind: halving, eta: 2 }\n`;
    expect(parsePlan(halving, 'plan.yaml').sweep.earlyStopping).toEqual({
      kind: 'halving',
      eta: 2,
      firstRung: 1,
      leastTrials: 3,
    });
    const hashes = [text, halving, `${text}earlyStopping: { kind: median }\n`].map(hashOf);
    expect(new Set(hashes).size).toBe(3);
    expect(hashOf(`${text}earlyStopping: { leastTrials: 3, firstRung: 1, eta: 2, kind: halving }\n`)).toBe(
      hashes[1],
    );
  });

  it('takes the path of a folder for a data set', () => {
    const path = import.meta.dirname;
    expect(parsePlan(change('fashion-mnist-12k', path), 'plan.yaml').sweep.data.name).toBe(path);
  });

  it('takes a name alone for a data set and for a recipe', () => {
    const short = change('{ name: fashion-mnist-12k, validationShare: 0.2 }', 'fashion-mnist-12k').replace(
      '{ extends: quick, epochs: 2 }',
      'short',
    );
    const { sweep } = parsePlan(short, 'plan.yaml');
    expect(sweep).toMatchObject({
      data: { validationShare: 0.2 },
      recipe: { epochs: 5, augmentation: 'flip' },
    });
  });

  it('may share parts by aliases', () => {
    const aliased = text.replace('    space:\n', '    space: &narrow\n') + '';
    const twice = aliased.replace(
      'window: { flops',
      '  - { name: again, space: *narrow, networks: 2 }\nwindow: { flops',
    );
    expect(parsePlan(twice, 'plan.yaml').spaces[2]?.generator).toBe('regnet');
  });

  it.each([
    [
      'a misspelt key of a rule',
      `${text}earlyStopping: { kind: halving, etta: 3 }\n`,
      /^p\.yaml:17:33: earlyStopping: unknown key "etta"; did you mean "eta"\?/,
    ],
    [
      'a rule that there is not',
      `${text}earlyStopping: { kind: luck }\n`,
      /^p\.yaml:17:\d+: earlyStopping.*: must be a rule such as \{ kind: median \}/,
    ],
    [
      'a number that a rule does not take',
      `${text}earlyStopping: { kind: halving, eta: 1 }\n`,
      /^p\.yaml:17:\d+: earlyStopping, eta: must be a whole number, at least 2; it is 1$/,
    ],
    [
      'a misspelt key at the top',
      change('window: { flops', 'windw: { flops'),
      /^p\.yaml:13:1: .*unknown key "windw"; did you mean "window"\? Allowed here: name, seed, spaces, window/,
    ],
    [
      'a misspelt key of a space',
      change('networks: 10', 'netwroks: 10'),
      /^p\.yaml:5:5: spaces, item 1: unknown key "netwroks"; did you mean "networks"\?/,
    ],
    [
      'a misspelt key of the data',
      change('validationShare: 0.2', 'validationshare: 0.2'),
      /^p\.yaml:14:34: data: .*did you mean "validationShare"\?/,
    ],
    [
      'a misspelt key of the recipe',
      change('epochs: 2', 'epoch: 2'),
      /^p\.yaml:15:27: recipe: .*did you mean "epochs"\?/,
    ],
    [
      'a misspelt key of the window',
      change('flops: 4M', 'flop: 4M'),
      /^p\.yaml:13:11: window: .*did you mean "flops"\?/,
    ],
    ['a key of a space written in the plan', change('low: 4,', 'lo: 4,'), /^p\.yaml:10:\d+: .*lo/],
    [
      'the name of no space',
      change('anynet-a', 'anynet-aa'),
      /^p\.yaml:4:12: spaces, item 1, space: there is no space "anynet-aa".*anynet-a/,
    ],
    [
      'a space that extends none',
      change('extends: regnetx', 'extends: regnetxx'),
      /^p\.yaml:8:\d+: .*regnetxx.*regnetx/,
    ],
    [
      'the name of no data set',
      change('fashion-mnist-12k', 'fashion-mnist12k'),
      /^p\.yaml:14:15: data, name: there is no data set .*did you mean "fashion-mnist-12k"\?/,
    ],
    [
      'the path of no data set',
      change('fashion-mnist-12k', './nowhere'),
      /^p\.yaml:14:15: data, name: \.\/nowhere: there is no such folder or \.npz file; check the path/,
    ],
    [
      'the name of no recipe',
      change('extends: quick', 'extends: quik'),
      /^p\.yaml:15:20: recipe, extends: must be .*quick.*; it is "quik"/,
    ],
    [
      'a word where a number belongs',
      change('networks: 10', 'networks: ten'),
      /^p\.yaml:5:15: spaces, item 1, networks: must be a whole number of networks, at least 1; it is "ten"/,
    ],
    ['no networks', change('networks: 10', 'networks: 0'), /^p\.yaml:5:15: .*at least 1; it is 0/],
    [
      'a seed that is no whole number',
      change('seed: 1', 'seed: 1.5'),
      /^p\.yaml:2:7: seed: must be a whole number/,
    ],
    [
      'a share of more than all',
      change('validationShare: 0.2', 'validationShare: 20'),
      /^p\.yaml:14:51: data, validationShare: must be a share .*; it is 20/,
    ],
    [
      'a rate out of range',
      change('epochs: 2', 'momentum: 2'),
      /^p\.yaml:15:37: recipe, momentum: must be .*; it is 2/,
    ],
    [
      'a misspelt key of an augmentation',
      change('epochs: 2', 'augmentation: { cutuot: 8 }'),
      /^p\.yaml:15:43: recipe, augmentation: unknown key "cutuot"; did you mean "cutout"\?/,
    ],
    [
      'an augmentation out of range',
      change('epochs: 2', 'augmentation: { colorJitter: 2 }'),
      /^p\.yaml:15:\d+: recipe, augmentation, colorJitter: must be none, .* jitter from 0 to 1; it is 2/,
    ],
    [
      'recipe keys that do not go together',
      change('epochs: 2', 'warmupEpochs: 9'),
      /^p\.yaml:15:9: recipe: warmupEpochs 9 is more than epochs 3/,
    ],
    ['a window that is upside down', change('4M:8M', '8M:4M'), /^p\.yaml:13:18: window, flops: range 8M:4M/],
    ['a window that is no range', change('4M:8M', 'small'), /^p\.yaml:13:18: window, flops: .*range/],
    ['a missing part', change('seed: 1\n', ''), /^p\.yaml:1:1: seed is missing; it must be a whole number/],
    [
      'a missing part of a space',
      change('    networks: 10\n', ''),
      /^p\.yaml:4:5: spaces, item 1: networks is missing/,
    ],
    [
      'networks that are both sampled and written down',
      change('networks: 10', 'networks: 10\n    members: [RegNetX-200MF]'),
      /^p\.yaml:4:5: spaces, item 1: space belongs to a space that is sampled; leave it out beside members/,
    ],
    [
      'the name of no published model',
      change('space: anynet-a # the widest\n    networks: 10', 'name: some\n    members: [RegNetX-20MF]'),
      /^p\.yaml:5:15: spaces, item 1, members, item 1: "RegNetX-20MF" is not a published model/,
    ],
    [
      'a written network that is none',
      change('space: anynet-a # the widest\n    networks: 10', 'name: some\n    members: [{ stages: [] }]'),
      /^p\.yaml:5:15: spaces, item 1, members, item 1: this network: /,
    ],
    [
      'written networks without a name',
      change('space: anynet-a # the widest\n    networks: 10', 'members: [RegNetX-200MF]'),
      /^p\.yaml:4:5: spaces, item 1: name is missing/,
    ],
    [
      'several seeds for sampled networks',
      change('networks: 10', 'networks: 10\n    seeds: 3'),
      /^p\.yaml:6:5: spaces, item 1: seeds belongs to members/,
    ],
    [
      'another word for copies',
      change('validationShare: 0.2', 'copies: apart'),
      /^p\.yaml:14:42: data, copies: must be together/,
    ],
    [
      'no space at all',
      text.replace(/spaces:[^]*?(?=window: \{ flops)/, 'spaces: []\n'),
      /^p\.yaml:3:9: spaces: must list at least one space/,
    ],
    [
      'a space listed twice',
      change('name: narrow\n    space:', 'name: anynet-a\n    space:'),
      /^p\.yaml:6:5: spaces, item 2: "anynet-a" is listed twice/,
    ],
    [
      'the number of workers, which is no part of a plan',
      change('{ threads: 1 }', '{ count: 4 }'),
      /^p\.yaml:16:12: workers: unknown key "count".*threads/,
    ],
    ['text that is no YAML', change('seed: 1', 'seed: [1'), /^p\.yaml:\d+:\d+: this is not YAML/],
    [
      'a key written twice',
      change('seed: 1', 'seed: 1\nseed: 2'),
      /^p\.yaml:\d+:\d+: this is not YAML: .*unique/,
    ],
    ['a list instead of a plan', '- 1\n', /^p\.yaml:1:1: a plan has name, seed, spaces, data and recipe/],
    ['nothing', '', /^p\.yaml:1:1: a plan has name/],
  ])('reports %s with its place and what is allowed, in one line', (_what, wrong, message) => {
    const read = () => parsePlan(wrong, 'p.yaml');
    expect(read).toThrow(message);
    expect(read).toThrow(
      expect.objectContaining({ code: 'plan', message: expect.not.stringContaining('\n') }),
    );
  });
});

describe('a plan hash', () => {
  it.each([
    ['name', change('name: first-look', 'name: second-look')],
    ['comments and layout', change('{ threads: 1 }', '\n  threads: 1 # each\n')],
    ['order of keys', `${text.replace('seed: 1\n', '')}seed: 1\n`],
    ['a default that is written out', change('epochs: 2', 'epochs: 2, momentum: 0.9')],
    ['the way a number is written', change('4M:8M', '4000k:0.008G')],
  ])('does not depend on %s', (_what, same) => {
    expect(hashOf(same)).toBe(hashOf(text));
  });

  it.each([
    ['the seed', change('seed: 1', 'seed: 2')],
    ['the number of networks', change('networks: 10', 'networks: 11')],
    ['the order of spaces', change('anynet-a', 'anynet-b')],
    ['the window', change('4M:8M', '4M:9M')],
    ['an open window', change('4M:8M', '"4M:"')],
    ['the share of validation images', change('0.2', '0.25')],
    ['the recipe', change('epochs: 2', 'epochs: 3')],
    ['the threads of a worker', change('threads: 1', 'threads: 2')],
    ['a space written in the plan', change('low: 4', 'low: 5')],
  ])('depends on %s', (_what, other) => {
    expect(hashOf(other)).not.toBe(hashOf(text));
  });

  it('is that of the plan kept with the sweep, too', () => {
    const { sweep } = parsePlan(text, 'plan.yaml');
    expect(planHash(readSweepPlan(formatSweepPlan(sweep)))).toBe(planHash(sweep));
  });
});
