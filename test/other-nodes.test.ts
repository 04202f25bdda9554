/** The product itself on the other releases of Node: set up in a bare clone, its tests, the main job, the commands and the dashboard. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownCaches, makeBareClone, setUp } from './bare-clone.ts';
import { countTests } from '../setup/check.mjs';
import { findOtherNode, run, type OtherNode } from './other-node.ts';
import { stripedPng } from './stripes.ts';
import { tinyPlan } from './tiny-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-other-nodes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

type Report = NonNullable<Parameters<typeof countTests>[0]>;

/** Packages and files whose tests take seconds: those of the others train, wait, or need a browser or a server. */
const unitTests = [
  ...['stats', 'network', 'space', 'population', 'analysis', 'data', 'report'].map(
    (name) => `packages/${name}`,
  ),
  ...['filter', 'salvage', 'sqlite-file', 'sqlite'].map((name) => `packages/store/test/${name}.test.ts`),
  'packages/tensorflow/test/gradient.test.ts',
];

const plan = tinyPlan({ name: 'first', limit: 1000 });

describe.each(['22', '24'])('on Node %s', (version) => {
  let node: OtherNode | undefined;
  const clone = join(folder, `Node ${version}`);
  const environment = (): Record<string, string> => {
    const known = knownCaches();
    return { ...known, PATH: [node?.folder, known['PATH']].join(delimiter) };
  };

  beforeAll(async () => {
    node = await findOtherNode(version);
    if (!node) return console.warn(`skipped: Node ${version}, which npm cannot get here`);
    makeBareClone(clone);
    const { code, said } = await setUp(clone, { env: environment(), node: node.program });
    if (code !== 0) throw new Error(`the set-up on Node ${version} ended with ${code}: ${said}`);
  }, 900_000);

  const netspace = async (...words: string[]): Promise<string> => {
    const command = join(clone, 'packages', 'cli', 'bin', 'netspace.mjs');
    const { code, stdout, stderr } = await run(
      node?.program ?? '',
      [command, ...words],
      clone,
      environment(),
    );
    expect(code, stderr).toBe(0);
    return stdout;
  };

  it('all of its unit tests pass', async ({ skip }) => {
    if (!node) return skip(`npm cannot get Node ${version} here`);
    const words = [
      'run',
      '--maxWorkers=1',
      '--reporter=json',
      '--outputFile=units.json',
      '--exclude=**/report-index.test.ts',
      ...unitTests,
    ];
    const vitest = join(clone, 'node_modules', 'vitest', 'vitest.mjs');
    const { code, stdout, stderr } = await run(node.program, [vitest, ...words], clone, environment());
    const report = JSON.parse(readFileSync(join(clone, 'units.json'), 'utf8')) as Report;
    const { failures } = countTests(report, code ?? 1);
    expect(failures, stdout + stderr).toEqual([]);
    expect(report.numPassedTests).toBeGreaterThan(500);
  }, 400_000);

  it('a sweep is trained, analysed, reported and shown', async ({ skip }) => {
    if (!node) return skip(`npm cannot get Node ${version} here`);
    writeFileSync(join(clone, 'first.yaml'), plan);
    await netspace('run', 'first.yaml', '--workers', '2');
    const rows = (await netspace('export', 'first')).trim().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { status: string }).status)).toEqual(
      Array.from({ length: 3 }, () => 'completed'),
    );
    await netspace('report', 'first', '-o', 'first.html');
    expect(readFileSync(join(clone, 'first.html'), 'utf8')).toContain('<svg');
    const said = { status: 'first', trials: 'completed', analyze: 'tiny', refine: 'tiny' };
    for (const [command, says] of Object.entries(said))
      expect(await netspace(command, ...(command === 'status' ? [] : ['first'])), command).toContain(says);
  }, 300_000);

  it.each([
    { words: ['doctor'], says: /ok +Node +2\d/ },
    { words: ['space', 'show', 'regnetx'], says: /regnetx/ },
    { words: ['sample', 'regnetx', '--count', '2', '--seed', '1'], says: /"stages"/ },
    { words: ['complexity', 'RegNetX-200MF'], says: /199040872 +2684792/ },
    { words: ['plan', 'first.yaml', '--no-estimate'], says: /3 networks, 1 epochs? each/ },
    { words: ['explain', 'EDF'], says: /share of a space/ },
    { words: ['completion', 'bash'], says: /complete .*-F _netspace/ },
  ])(
    'netspace $words.0 works',
    async ({ words, says }) => {
      if (!node) return;
      writeFileSync(join(clone, 'first.yaml'), plan);
      expect(await netspace(...words)).toMatch(says);
    },
    120_000,
  );

  it('images are read from a folder', async ({ skip }) => {
    if (!node) return skip(`npm cannot get Node ${version} here`);
    for (const part of ['train', 'test'])
      for (let image = 0; image < 6; image++) {
        const place = join(clone, 'pictures', part, image % 2 === 0 ? 'across' : 'along');
        mkdirSync(place, { recursive: true });
        writeFileSync(
          join(place, `${image}.png`),
          stripedPng(image % 2, 24, image + (part === 'train' ? 0 : 20)),
        );
      }
    expect(await netspace('data', 'info', './pictures')).toMatch(/classes +across, along/);
  }, 60_000);

  it('the dashboard answers', async ({ skip }) => {
    if (!node) return skip(`npm cannot get Node ${version} here`);
    const command = join(clone, 'packages', 'cli', 'bin', 'netspace.mjs');
    const words = [command, 'dashboard', '--port', '0', '--json', '--store', 'shown.db'];
    await netspace('run', 'first.yaml', '--workers', '1', '--store', 'shown.db');
    const child = spawn(node.program, words, { cwd: clone, env: environment() });
    try {
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(said.toString()) as { url: string };
      const page = await fetch(url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<script');
      const sweeps = await fetch(new URL('/api/sweeps', url));
      expect(JSON.stringify(await sweeps.json())).toContain('"first"');
    } finally {
      child.kill('SIGINT');
      await once(child, 'close');
    }
  }, 120_000);
});
