/**
 * The crash matrix in its long form: sweeps are killed until a number of kills is reached, on each engine as often.
 *
 * Every sweep that has come through is added to the file of results, so the program can be interrupted and called anew; what was struck is
 * drawn from the number of the sweep. Beside the file a table in Markdown is written. Exit code 1: something was lost, doubled or changed.
 *
 * Usage: test/node_modules/.bin/tsx test/crash/long.ts [--kills 500] [--engines SQLite,PostgreSQL] [--per-sweep 24] [--results reports/crash-matrix/results.json]
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readVersions } from '@netspace/train/versions';
import { checkBuild } from '../../packages/sweep/test/processes.ts';
import { openEngine, type Engine } from './engines.ts';
import { formatResults, type LongRound, type Results } from './results.ts';
import { readCalmTable, runRound } from './round.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    engines: { type: 'string', default: 'SQLite,PostgreSQL' },
    'per-sweep': { type: 'string', default: '24' },
    results: { type: 'string', default: 'reports/crash-matrix/results.json' },
  },
});
checkBuild();
const file = resolve(values.results);
const folder = mkdtempSync(join(tmpdir(), 'netspace-crash-long-'));
mkdirSync(dirname(file), { recursive: true });
const engines: Engine[] = [];
try {
  for (const name of values.engines.split(',')) {
    const engine = await openEngine(name);
    if (engine) engines.push(engine);
  }
  const [first] = engines;
  if (first === undefined) throw new Error('none of the engines that --engines names is here');
  const expected = await readCalmTable(first, folder);
  for (let engine = nextEngine(); engine; engine = nextEngine()) await addRound(engine, expected);
} finally {
  for (const engine of engines) await engine.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = readResults().rounds.some(isBad) ? 1 : 0;

/** The engine with the fewest kills so far; undefined when all have had their share. */
function nextEngine(): Engine | undefined {
  const share = Number(values.kills) / engines.length;
  const open = engines.filter((engine) => killsOn(engine) < share);
  return open.toSorted((a, b) => killsOn(a) - killsOn(b))[0];
}

function killsOn({ name }: Engine): number {
  return readResults()
    .rounds.filter(({ engine }) => engine === name)
    .reduce((sum, { struck }) => sum + struck.length, 0);
}

async function addRound(engine: Engine, expected: readonly string[]): Promise<void> {
  const { rounds } = readResults();
  const number = rounds.filter((round) => round.engine === engine.name).length + 1;
  const seed = `long ${engine.name} ${number}`;
  const round: LongRound = {
    engine: engine.name,
    seed,
    ...(await runRound(engine, folder, seed, Number(values['per-sweep']), expected)),
  };
  const versions = {
    ...readVersions(),
    ...Object.fromEntries(engines.map((each) => [each.name, each.version])),
  };
  const results: Results = { versions, machine: `${cpus().length} cores`, rounds: [...rounds, round] };
  replaceFile(file, JSON.stringify(results, undefined, 1));
  replaceFile(join(dirname(file), 'README.md'), formatResults(results));
  const { struck, lost, doubled, equal, seconds, faults } = round;
  console.log(JSON.stringify({ seed, kills: struck.length, lost, doubled, equal, seconds, faults }));
}

function readResults(): Results {
  if (!existsSync(file)) return { versions: {}, machine: '', rounds: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as Results;
}

/** An interrupted write leaves the old file. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.draft`, text);
  renameSync(`${path}.draft`, path);
}

function isBad({ lost, doubled, equal, faults }: LongRound): boolean {
  return lost > 0 || doubled > 0 || !equal || faults.length > 0;
}
