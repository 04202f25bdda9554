/** Every command of the docs, run as it stands there among the files that it names; trainings are as small as they can be. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './other-node.ts';
import { root, shown } from './shown-commands.ts';
import { stripedPng } from './stripes.ts';
import { tinyPlan } from './tiny-plan.ts';

const script = join(root, 'packages', 'cli', 'bin', 'netspace.mjs');
const folder = mkdtempSync(join(tmpdir(), 'netspace-shown-'));
/** What a reader has; each command gets a copy. */
const desk = join(folder, 'desk');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Not run here, and where else. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/postgresql:/, 'needs a server; packages/store and test/crash start one'],
  [/^netspace slurm (?!.*--dry-run)/, 'needs a cluster; test/slurm starts one'],
  [/data fetch|--data (fashion-)?mnist(?!-)/, 'needs a network; packages/data/test has a server of its own'],
  [/^netspace kubernetes/, 'needs a PostgreSQL store; test/kubernetes.test.ts has one'],
  [
    /^netspace retry/,
    'has nothing to plan again in trials that were imported; packages/cli/test/trials.test.ts',
  ],
  [/^netspace bench (RegNet|plan)/, 'measures for long; test/bench-plan.test.ts'],
  [/plot trend/, 'needs more networks than lie on the desk; packages/cli/test/plot.test.ts has them'],
  [/regnetx_002/, 'needs weights of timm; test/model.timm.test.ts makes them'],
];

/** Further words that make the work small, behind those that are shown. */
const smaller: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^netspace find .*(photos|fashion)/, ['--dry-run']],
  [
    /^netspace find /,
    ['--flops', '1M', '--candidates', '3', '--epochs', '1', '--final-epochs', '1', '--space', 'regnetx'],
  ],
  [/^netspace train /, ['--epochs', '1', '--recipe', 'fast.yaml']],
  [/^netspace run experiments/, ['--dry-run']],
  [/^netspace dashboard/, ['--port', '0']],
];

/** What goes on until it is told to end, and what it says when it is there. */
const endless: readonly (readonly [RegExp, RegExp])[] = [
  [/^netspace dashboard/, /http:\/\/\S+/],
  [/^netspace worker --wait/, /waiting|completed|nothing/],
];

const netspace = (words: readonly string[], cwd = desk) => run(process.execPath, [script, ...words], cwd);

async function prepare(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await netspace(words);
  if (code !== 0) throw new Error(`netspace ${words.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

function planNamed(name: string, seed: number): string {
  return tinyPlan({ name, seed, limit: 500, batchSize: 128 });
}

beforeAll(async () => {
  for (const [kind, label] of [
    ['cat', 0],
    ['dog', 1],
  ] as const)
    for (let image = 0; image < 48; image++) {
      mkdirSync(join(desk, 'photos', kind), { recursive: true });
      writeFileSync(join(desk, 'photos', kind, `${image}.png`), stripedPng(label, 16, 2 * image));
    }
  cpSync(join(desk, 'photos'), join(desk, 'tiles'), { recursive: true });
  const trials = readFileSync(join(root, 'experiments', 'examples', 'tutorial.jsonl'), 'utf8')
    .replaceAll('"space":"A"', '"space":"anynet-a"')
    .replaceAll('"space":"RegNet"', '"space":"regnetx"');
  const spaceOfE = (name: string) => trials.replaceAll('"space":"E"', `"space":"${name}"`);
  const ofC = spaceOfE('anynet-c')
    .split('\n')
    .filter((line) => line.includes('"anynet-c"'));
  writeFileSync(join(desk, 'trials.jsonl'), `${spaceOfE('anynet-e').trimEnd()}\n${ofC.join('\n')}\n`);
  writeFileSync(join(desk, 'ours.jsonl'), trials);
  writeFileSync(
    join(desk, 'theirs.csv'),
    `search_space,d,w,val_err,macs,lr\n${[31, 32, 33, 34].map((error) => `theirs,1/1/2/1,16/32/64/128,${error},2,0.1`).join('\n')}\n`,
  );
  const stage = { depth: 1, width: 8, stride: 2, bottleneckRatio: 1, groupWidth: 4 };
  const network = JSON.stringify({ stem: { kind: 'simple', width: 8 }, stages: [stage] });
  for (const name of ['net.json', 'network.json']) writeFileSync(join(desk, name), network);
  writeFileSync(join(desk, 'fast.yaml'), 'epochs: 1\nbatchSize: 32\n');
  writeFileSync(join(desk, 'my-plan.yaml'), planNamed('my-plan', 1));
  writeFileSync(join(desk, 'plan.yaml'), planNamed('plan', 2));
  mkdirSync(join(desk, 'reports'));
  symlinkSync(join(root, 'experiments'), join(desk, 'experiments'));
  await prepare('import', 'trials.jsonl', '--sweep', 'my-sweep');
  await prepare('report', 'my-sweep', '-o', 'reports/report.html');
  await prepare('convert', 'trials.jsonl', '--format', 'pycls', '-o', 'sweep.json');
  for (const [part, store] of [
    ['1/2', 'one.db'],
    ['2/2', 'two.db'],
  ] as const)
    await prepare('run', 'my-plan.yaml', '--shard', part, '--store', store);
  // Some pages go on with the sweep of this plan, some with the table of others.
  await prepare('run', 'my-plan.yaml');
  await prepare(
    'convert',
    'theirs.csv',
    '--map',
    'space=search_space,depths=d,widths=w,error=val_err%',
    '-o',
    'theirs.jsonl',
  );
  const training = ['--data', 'fashion-mnist-12k', '--recipe', 'fast.yaml', '--save', 'model.safetensors'];
  await prepare('train', 'network.json', ...training);
}, 300_000);

describe('a command in the docs', () => {
  const here = shown.filter(({ line }) => !elsewhere.some(([each]) => each.test(line)));

  it.each(here)(
    'does what it says: $line',
    async ({ line, words }) => {
      const cwd = mkdtempSync(join(folder, 'copy-'));
      cpSync(desk, cwd, { recursive: true, verbatimSymlinks: true });
      const more = smaller.find(([each]) => each.test(line))?.[1] ?? [];
      const sign = endless.find(([each]) => each.test(line))?.[1];
      const { code, stderr } = await (sign
        ? endWhenSaid([...words, ...more], cwd, sign)
        : netspace([...words, ...more], cwd));
      expect(code, stderr).toBe(0);
      rmSync(cwd, { recursive: true });
    },
    120_000,
  );

  it('is run, but for a few that are run elsewhere', () => {
    expect(here.length).toBeGreaterThan(80);
    for (const [each, reason] of elsewhere)
      expect(shown.filter(({ line }) => each.test(line)).length, reason).toBeGreaterThan(0);
  });
});

/** Ends it by one Ctrl-C when it is there. */
function endWhenSaid(words: readonly string[], cwd: string, sign: RegExp) {
  const child = spawn(process.execPath, [script, ...words], { cwd });
  let stderr = '';
  let isTold = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (isTold || !sign.test(stderr)) return;
      isTold = true;
      // It may say so a moment before it listens to signals.
      setTimeout(() => child.kill('SIGINT'), 500);
    });
  return new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stderr })),
  );
}
