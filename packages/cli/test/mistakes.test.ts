/** Mistakes that people make, each told with what is wrong, where, and how to mend it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace mistakes '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const plan = `name: good
seed: 1
spaces:
  - space: regnetx
    networks: 2
data: fashion-mnist-12k
recipe: quick
`;
writeFileSync(at('good.yaml'), plan);
writeFileSync(at('key.yaml'), plan.replace('networks', 'network'));
writeFileSync(at('recipe.yaml'), plan.replace('quick', '{ epoch: 3 }'));
writeFileSync(at('space.yaml'), plan.replace('regnetx', 'regnetq'));
writeFileSync(at('seed.yaml'), plan.replace('seed: 1', 'seed: one'));
writeFileSync(at('data.yaml'), plan.replace('mnist', 'mnits'));
writeFileSync(at('broken.yaml'), 'name: [\n');
writeFileSync(at('empty.yaml'), '');
writeFileSync(at('empty.jsonl'), '');
writeFileSync(at('none.json'), '[]');
mkdirSync(at('page.html'));
mkdirSync(at('bare'));
const store = ['--store', at('my store.db')];

describe('a mistake', () => {
  it.each<[why: string, words: string[], message: RegExp]>([
    [
      'a file that has another ending',
      ['run', at('good.yml')],
      /no such file or folder; did you mean .*good\.yaml\?/,
    ],
    ['a file that is nowhere', ['run', at('x/y.yaml')], /no such file or folder; check the path/],
    [
      'a plan where trials should be',
      ['analyze', at('good.yaml')],
      /looks like a plan; train it with netspace run/,
    ],
    ['an unknown key', ['plan', at('key.yaml')], /key\.yaml:5:5: .*did you mean "networks"\?/],
    [
      'an unknown key of a recipe',
      ['plan', at('recipe.yaml')],
      /recipe\.yaml:7:11: .*did you mean "epochs"\?/,
    ],
    ['an unknown space in a plan', ['plan', at('space.yaml')], /space\.yaml:4:12: .*did you mean regnetx\?/],
    ['a word for a number', ['plan', at('seed.yaml')], /seed\.yaml:2:7: seed: must be a whole number/],
    [
      'an unknown data set in a plan',
      ['plan', at('data.yaml')],
      /data\.yaml:6:7: .*did you mean "fashion-mnist-12k"\?/,
    ],
    ['no YAML', ['plan', at('broken.yaml')], /broken\.yaml:2:1: this is not YAML/],
    ['an empty plan', ['plan', at('empty.yaml')], /a plan has name, seed, spaces, data and recipe/],
    ['a mistyped space', ['sample', 'regentx', '-n', '1'], /did you mean regnetx\?/],
    [
      'a space in a file that is not there',
      ['space', 'show', at('own.yaml')],
      /own\.yaml: there is no such file/,
    ],
    ['a mistyped recipe', ['recipe', 'show', 'quik'], /did you mean quick\?/],
    ['an unknown data set', ['data', 'info', 'minst'], /there is no data set "minst".*there are .*mnist/],
    [
      'a folder without classes',
      ['find', '--data', at('bare'), '--flops', '1M'],
      /at least two classes are needed/,
    ],
    [
      'a number for a range',
      ['sample', 'regnetx', '-n', '1', '--flops', '400M'],
      /--flops 400M: .*write it like 360M:400M/,
    ],
    [
      'a unit that is none',
      ['find', '--data', 'mnist', '--flops', '1X'],
      /--flops 1X: it must be a quantity above 0, such as 400M/,
    ],
    [
      'a time without a unit',
      ['find', '--data', 'mnist', '--flops', '1M', '--time', '3'],
      /--time 3: it must be a time such as 90s/,
    ],
    [
      'a latency without a unit',
      ['find', '--data', 'mnist', '--flops', '1M', '--latency', '5'],
      /--latency 5: it must be a time such as 5ms/,
    ],
    ['no budget', ['find', '--data', 'mnist'], /give --flops, --params or --activations/],
    [
      'no workers',
      ['run', at('good.yaml'), '--workers', '0'],
      /--workers 0: it must be a whole number of at least 1/,
    ],
    ['a mistyped network', ['complexity', 'RegNetX-20MF'], /did you mean RegNetX-200MF\?/],
    ['an empty population', ['analyze', at('empty.jsonl')], /empty\.jsonl: is empty; trials were expected/],
    [
      'a population without a trial',
      ['plot', 'edf', at('none.json'), '-o', at('x.svg')],
      /none\.json: holds no trial/,
    ],
    [
      'a figure of another format',
      ['plot', 'edf', at('none.json'), '-o', at('x.bmp')],
      /ends in \.svg or \.png/,
    ],
    [
      'a folder for the store',
      ['run', at('good.yaml'), '--store', folder],
      /cannot be opened; see that it is a file/,
    ],
    ['a mistyped option', ['sample', 'regnetx', '--cuont', '3'], /did you mean --count\?/],
    ['a mistyped command', ['anlyze', 'x'], /Did you mean analyze\?/],
    ['a mistyped word', ['explain', 'bottelneck'], /did you mean "bottleneck"\?/],
    ['a mistyped code', ['explain', 'store-gon'], /did you mean "store-gone"\?/],
    ['another shell', ['completion', 'powershell'], /Allowed choices are bash, zsh, fish/],
  ])('%s', (_why, words, message) => {
    const { code, stdout, stderr } = netspace(words);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(code === 1 || code === 2, `exit code ${code}`).toBe(true);
    expect(stdout).toBe('');
  });

  it.each([
    ['a folder', at('page.html'), /it is a folder/],
    ['what cannot be made', '/proc/x.html', /x\.html cannot be written: .*name another file/],
  ])('in the name of the output: %s', (_what, output, message) => {
    const trials = join(import.meta.dirname, '../../../experiments/examples/tutorial.jsonl');
    const { code, stderr } = netspace(['report', trials, '-o', output]);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it('is none: spaces in names of folders and files; a name of neither is one', () => {
    const trials = join(import.meta.dirname, '../../../experiments/examples/tutorial.jsonl');
    const output = at('a folder/my report.html');
    expect(netspace(['report', trials, '-o', output])).toMatchObject({ code: 0, stdout: `${output}\n` });
    expect(netspace(['import', trials, ...store]).code).toBe(0);
    expect(netspace(['status', ...store]).stdout).toContain('tutorial');
    const neither = /has no sweep "nosuch"; it has tutorial; nor is there a file nosuch/;
    expect(netspace(['analyze', 'nosuch', ...store]).stderr).toMatch(neither);
  });

  it('in a word of several is told by those that have it', () => {
    expect(netspace(['explain', 'bottleneck']).stdout).toMatch(/bottleneck ratio: /i);
  });
});
