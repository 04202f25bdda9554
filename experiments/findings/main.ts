/**
 * The study in one command: plans ─ train ─► populations ─ test ─► verdicts ─► reports/FINDINGS.md and findings.html.
 *
 * Usage: npm run findings -- [--only 12,13] [--quick] [--from-results] [--check] [--pilot] [--data mnist] [--workers 2] [--store findings.db] [--again]
 * Exit codes: 0 done, 1 failed or not current, 2 usage, 130 interrupted (the same command goes on).
 */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { claims } from './claims.ts';
import { readOptions, StudyError, type OptionValues } from './command.ts';
import { pilotParts, runPilot } from './pilot.ts';
import { plansFor, readPlans } from './plans.ts';
import { isCurrent, resultsOf, writeResults } from './results.ts';
import { trainPopulations } from './training.ts';

const options = {
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  'from-results': { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  pilot: { type: 'boolean', default: false },
  data: { type: 'string' },
  workers: { type: 'string' },
  store: { type: 'string' },
  again: { type: 'boolean', default: false },
} as const;

type Values = OptionValues<typeof options>;

async function main(values: Values): Promise<number> {
  const root = process.cwd();
  const output = values.quick ? mkdtempSync(join(tmpdir(), 'netspace-findings-')) : root;
  const results = resultsOf(output, values.data);
  if (values.check) return check(await isCurrent(results), results.markdown);
  const training = {
    root,
    store: values.store ?? join(output, 'findings.db'),
    quick: values.quick,
    again: values.again,
    ...(values.data !== undefined && { data: values.data }),
    ...(values.workers !== undefined && { workers: values.workers }),
  };
  if (values.pilot) {
    const parts = values['from-results'] ? [] : chooseParts(values.only);
    console.log(await runPilot(output, { ...training, parts }));
    return 0;
  }
  const chosen = chooseTests(values.only);
  if (!values['from-results'])
    for (const plan of plansFor(chosen, readPlans(root)))
      await trainPopulations(plan, results.folder, training);
  await writeResults(results, readFileSync(join(root, 'reports', 'FINDINGS.md'), 'utf8'));
  const written = [results.markdown, results.page].filter(existsSync);
  console.log(written.map((file) => resolve(file)).join('\n'));
  return 0;
}

function chooseTests(only: string | undefined) {
  const ids = choose(
    only,
    claims.map(({ id }) => id),
    'claim',
  );
  return claims.filter(({ id }) => ids.includes(id)).flatMap(({ tests }) => tests);
}

function chooseParts(only: string | undefined) {
  const names = choose(only, pilotParts, 'part of the pilot');
  return pilotParts.filter((part) => names.includes(part));
}

/** All where nothing is asked for. */
function choose(only: string | undefined, known: readonly string[], kind: string): readonly string[] {
  const wanted = only?.split(',').map((id) => id.trim()) ?? known;
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new StudyError(`--only ${unknown}: there is no such ${kind}; ${known.join(', ')}`, 2);
  return wanted;
}

function check(current: boolean, file: string): number {
  if (!current)
    console.error(`${file} does not say what its populations say; run: npm run findings -- --from-results`);
  return current ? 0 : 1;
}

const values = readOptions(options);
try {
  process.exitCode = values === undefined ? 2 : await main(values);
} catch (error) {
  if (!(error instanceof StudyError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
