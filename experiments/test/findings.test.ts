import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { calibrationFigures, timeTrials } from '../calibration/calibration.ts';
import { claims } from '../findings/claims.ts';
import { networksNeeded, persistence, spreadOf, windowFigures } from '../findings/pilot-analysis.ts';
import { rankBySeedMeans, rankingPlan } from '../findings/pilot-ranking.ts';
import { readPlans, varied } from '../findings/plans.ts';
import {
  keepPopulations,
  keepTrials,
  populationFile,
  readPopulations,
  readTrials,
} from '../findings/populations.ts';
import { arePopulationsKept } from '../findings/trained.ts';
import { isCurrent, resultsOf, writeResults } from '../findings/results.ts';
import { study } from '../findings/study.ts';
import { networkKey } from '@netspace/network/interchange';
import { random } from '@netspace/stats/random';
import { parsePlan } from '@netspace/sweep/plan';
import { planTrials } from '@netspace/sweep/trials';
import { input, normal, trialsOf } from './synthetic.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-findings-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const template = readFileSync(join(root, 'reports', 'FINDINGS.md'), 'utf8');

/** A world in which A, B and C are alike, D is clearly better, and falling widths are far worse. */
const truth = {
  'AnyNetX-A': 0.15,
  'AnyNetX-B': 0.15,
  'AnyNetX-C': 0.15,
  'AnyNetX-D': 0.13,
  'AnyNetX-C-falling-widths': 0.19,
  'AnyNetX-E': 0.145,
};

describe('the findings of a world that is known', () => {
  const results = resultsOf(folder);

  it('are what is true there', async () => {
    for (const [space, centre] of Object.entries(truth))
      keepPopulations(trialsOf(space, 150, centre, 0.008), results.folder);
    const verdicts = Object.fromEntries(
      study(await readPopulations(results.folder)).claims.flatMap(({ tests }) =>
        tests.map(({ test, decision }) => [test.id, decision.verdict]),
      ),
    );
    expect(verdicts).toMatchObject({
      '10': 'holds',
      '11': 'holds',
      '12a': 'holds',
      '12b': 'holds',
      // E is worse than D here.
      '13a': 'does not hold',
      '13b': 'not measured',
      '15': 'not measured',
      '20': 'not measured',
    });
  });

  it(
    'are found again from the populations alone, and a changed word or population is noticed',
    { timeout: 300_000 },
    async () => {
      await writeResults(results, template);
      const first = readFileSync(results.markdown, 'utf8');
      expect(await isCurrent(results)).toBe(true);
      expect(first).toMatch(/\| 10 \| AnyNetX-A and AnyNetX-B differ .* \*\*holds\*\* \|/);
      writeFileSync(results.markdown, first.replace('**holds**', '**does not hold**'));
      expect(await isCurrent(results)).toBe(false);
      writeFileSync(results.markdown, first);
      keepPopulations(trialsOf('AnyNetX-B', 150, 0.16), results.folder);
      expect(await isCurrent(results)).toBe(false);
    },
  );

  it('stand on one page without scripts, with a figure for each claim that has populations', () => {
    const page = readFileSync(results.page, 'utf8');
    // What a list of reports says of it is data, which no browser runs.
    expect(page).not.toMatch(/<script (?!type="application\/json")|<script>|src=|href="http/);
    for (const { id } of claims) expect(page).toContain(`id="claim-${id}"`);
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it('take networks that were added later as of the same population', async () => {
    const added = join(folder, 'added');
    keepPopulations(trialsOf('RegNetX', 6, 0.15), added);
    keepPopulations(trialsOf('RegNetX-more', 4, 0.15), added);
    keepPopulations(trialsOf('RegNetX-wm-2', 5, 0.15), added);
    const populations = await readPopulations(added);
    expect([...populations].map(([name, members]) => [name, members.length])).toEqual([
      ['RegNetX', 10],
      ['RegNetX-wm-2', 5],
    ]);
    expect(new Set(populations.get('RegNetX')?.map(({ space }) => space))).toEqual(new Set(['RegNetX']));
  });

  it('keep every trial in the same bytes', async () => {
    const file = join(results.folder, 'AnyNetX-D.jsonl.gz');
    const before = readFileSync(file);
    const trials = await readTrials(file);
    expect(trials).toHaveLength(150);
    keepPopulations(trials, results.folder);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('the committed pages of findings', () => {
  it.each([undefined, 'mnist'])('say what their populations say (%s)', async (data) => {
    const command = `npm run findings -- --from-results${data === undefined ? '' : ` --data ${data}`}`;
    expect(await isCurrent(resultsOf(root, data)), `run: ${command}`).toBe(true);
  });
});

describe('the pilot’s analysis', () => {
  it('tells the networks’ part of the spread from the seeds’', () => {
    const stream = random('spread');
    const first = trialsOf('AnyNetX-A', 300, 0.15, 0.02);
    const noisy = first.map((trial) => ({ ...trial, error: (trial.error ?? 0) + 0.005 * normal(stream) }));
    const again = first.map((trial) => ({ ...trial, error: (trial.error ?? 0) + 0.005 * normal(stream) }));
    const { n, seeds, networks, total } = spreadOf(noisy, again.toReversed());
    expect(n).toBe(300);
    expect(Math.abs(seeds - 0.005)).toBeLessThan(0.001);
    expect(Math.abs(networks - 0.02)).toBeLessThan(0.003);
    expect(total).toBeCloseTo(Math.hypot(seeds, networks), 12);
  });

  it('finds a ranking that lasts, and one that does not', () => {
    const stream = random('ranking');
    const short = trialsOf('AnyNetX-A', 40, 0.15, 0.02);
    const long = short.map((trial) => ({
      ...trial,
      error: 0.8 * (trial.error ?? 0) + 0.002 * normal(stream),
    }));
    const other = short.map((trial) => ({ ...trial, error: 0.12 + 0.02 * normal(stream) }));
    expect(persistence(short, long).low).toBeGreaterThan(0.9);
    expect(persistence(short, other).low).toBeLessThan(0.1);
    expect(() => persistence(short, trialsOf('AnyNetX-B', 40, 0.15))).toThrow(/share 0 networks/);
  });

  it('sees by means over seeds what single trainings hide, and trains for it what was trained before', () => {
    const stream = random('seeds');
    const networks = trialsOf('AnyNetX-A', 40, 0.15, 0.005);
    const seeds = (n: number, noise: number) =>
      networks.flatMap((trial) =>
        Array.from({ length: n }, () => ({ ...trial, error: (trial.error ?? 0) + noise * normal(stream) })),
      );
    const [short, long] = [seeds(16, 0.008), seeds(16, 0.008)];
    const single = rankBySeedMeans(short, long, { seeds: [1, 1] });
    const means = rankBySeedMeans(short, long);
    expect(single).toMatchObject({ n: 40, seeds: [1, 1] });
    expect(single.rho.estimate).toBeLessThan(0.6);
    expect(means.seeds).toEqual([16, 16]);
    expect(means.rho.low).toBeGreaterThan(0.7);
    // Of the mean of 16 seeds 25 / (25 + 64 / 16) is the network's.
    expect(Math.abs(means.ceiling - 25 / 29)).toBeLessThan(0.08);
    expect(single.ceiling).toBeNaN();
    expect(() => rankBySeedMeans(short, long, { space: 'RegNetX' })).toThrow(/share 0 networks/);

    const text = readFileSync(join(root, 'experiments', '02-pilot', 'short.yaml'), 'utf8');
    const made = rankingPlan(text, networks, { name: 'ranking-long', epochs: 4, seeds: 3 });
    const plan = parsePlan(made, 'made');
    const { trials } = planTrials(plan, input);
    expect(plan.sweep.recipe.epochs).toBe(16);
    expect(trials).toHaveLength(120);
    expect(trials.map(({ network }) => networkKey(network))).toEqual(
      [1, 2, 3].flatMap(() => networks.map(({ network }) => networkKey(network))),
    );
    expect(new Set(trials.map(({ seed }) => seed)).size).toBe(3);
  });

  it('asks for more networks where many tests are made, and tells windows apart', () => {
    const { differ = 0, differCorrected = 0 } = networksNeeded(0.012, 0.005, 22);
    expect(differ).toBe(91); // 2 (1.95996 + 0.84162)² 2.4² = 90.4
    expect(differCorrected).toBeGreaterThan(1.5 * differ);
    expect(
      windowFigures([...trialsOf('a', 20, 0.1), ...trialsOf('b', 20, 0.3)]).map(({ seconds, n }) => [
        seconds,
        n,
      ]),
    ).toEqual([
      [3, 20],
      [3, 20],
    ]);
  });
});

describe('the calibration of costs', () => {
  it('finds how much slower a machine is, and which training was mispredicted', () => {
    const conditions = { input, train: 6000, validation: 4000, batchSize: 128 };
    const timed = timeTrials(trialsOf('AnyNetX-A', 30, 0.15), conditions).map((each, i) => ({
      ...each,
      real: each.predicted * (i === 7 ? 6 : 3),
    }));
    const { n, factor, worst } = calibrationFigures(timed);
    expect([n, factor, worst].map((value) => Math.round(1000 * value) / 1000)).toEqual([30, 3, 1]);
    expect(calibrationFigures(timed.filter((_, i) => i !== 7)).order).toBeCloseTo(1, 12);
  });
});

describe('npm run findings', () => {
  const program = join(root, 'experiments', 'dist', 'findings', 'main.js');
  const run = (...parameters: string[]) =>
    spawnSync(process.execPath, [program, ...parameters], { cwd: root, encoding: 'utf8', timeout: 500_000 });

  it(
    'trains a few tiny networks of one claim, tests it, and leaves the repository alone',
    { timeout: 600_000 },
    async () => {
      const { status, stdout, stderr } = run('--quick', '--only', '10', '--workers', '2');
      expect(status, stderr).toBe(0);
      const [markdown = '', page = ''] = stdout.trim().split('\n');
      const text = readFileSync(markdown, 'utf8');
      // Five of the first plan, and five that were added.
      expect(text).toMatch(/\| AnyNetX-A \| 10 \|/);
      expect(text).toMatch(/\| AnyNetX-B \| 10 \|/);
      expect(text).toMatch(/\| 10 \|.*\*\*(holds|not resolved|does not hold)\*\*/);
      expect(text).toMatch(/\| 16a \|.*not measured/);
      expect(readFileSync(page, 'utf8')).toContain('AnyNetX-A');
      expect(await isCurrent(resultsOf(root))).toBe(true);

      const [plan] = readPlans(root);
      const { folder: kept } = resultsOf(join(markdown, '..', '..'));
      const isKept = (quick: boolean): Promise<boolean> =>
        arePopulationsKept(varied(plan?.text ?? '', { quick }), 'plan', kept);
      expect(await isKept(true)).toBe(true);
      expect(await isKept(false)).toBe(false);
      const file = populationFile(kept, 'AnyNetX-B');
      keepTrials((await readTrials(file)).slice(1), file);
      expect(await isKept(true)).toBe(false);
      rmSync(join(markdown, '..', '..'), { recursive: true });
    },
  );

  it('says what is wrong with a request', () => {
    const { status, stderr } = run('--only', '99');
    expect(status).toBe(2);
    expect(stderr).toMatch(/there is no such claim; 10, 11, 12/);
    expect(run('--quik').status).toBe(2);
  });
});

it('a page without a place for the tables is a mistake that is named', async () => {
  const results = resultsOf(join(folder, 'bare'));
  mkdirSync(results.folder, { recursive: true });
  await expect(writeResults(results, 'nothing')).rejects.toThrow(/no place for "verdicts"/);
});
