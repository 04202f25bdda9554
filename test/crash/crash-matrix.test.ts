/**
 * The crash matrix: `netspace run` with the real trainer, killed (SIGKILL) worker, supervisor or both, at random times and at those moments
 * at which a kill may do harm. `long.ts` does the same hundreds of times.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkBuild } from '../../packages/sweep/test/processes.ts';
import { openEngine } from './engines.ts';
import { endRuns } from './run-process.ts';
import { readCalmTable, runRound, type Round } from './round.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-crash-matrix-'));
let expected: string[];

beforeAll(async () => {
  checkBuild();
  const engine = await openEngine('SQLite');
  if (engine) expected = await readCalmTable(engine, folder);
}, 120_000);
afterAll(() => {
  endRuns();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['SQLite', 24],
  ['PostgreSQL', 16],
])(
  'on %s a sweep that is killed %i times, at every kind of moment, loses nothing, doubles nothing and ends with the table of an undisturbed one',
  async (name, kills) => {
    const engine = await openEngine(name);
    if (engine === undefined) return;
    const rounds: Round[] = [];
    try {
      const left = (): number => kills - rounds.flatMap(({ struck }) => struck).length;
      while (left() > 0)
        rounds.push(await runRound(engine, folder, `${name} ${rounds.length}`, left(), expected));
    } finally {
      await engine.close();
    }
    expect(rounds.flatMap(({ faults }) => faults)).toEqual([]);
    for (const round of rounds) expect(round).toMatchObject({ lost: 0, doubled: 0, equal: true });
    // The kills did strike trainings that had come somewhere.
    expect(rounds.reduce((sum, { resumed }) => sum + resumed, 0)).toBeGreaterThan(kills / 4);
  },
  600_000,
);
