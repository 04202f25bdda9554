/**
 * The crash matrix: `netspace run` with the real trainer, killed (SIGKILL) worker, supervisor or both, at random times and at those moments
 * at which a kill may do harm. `long.ts` does the same hundreds of times.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkBuild, endSupervisors } from '../../packages/sweep/test/processes.ts';
import { sqliteEngine } from './engines.ts';
import { readCalmTable, runRound, type Round } from './round.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-crash-matrix-'));
let expected: string[];

beforeAll(async () => {
  checkBuild();
  expected = await readCalmTable(sqliteEngine(), folder);
}, 120_000);
afterAll(() => {
  endSupervisors();
  rmSync(folder, { recursive: true, force: true });
});

it.each([[sqliteEngine, 24]])(
  'on %o a sweep that is killed at every kind of moment loses nothing, doubles nothing and ends with the table of an undisturbed one',
  async (openEngine, kills) => {
    const engine = openEngine();
    const rounds: Round[] = [];
    const left = (): number => kills - rounds.flatMap(({ struck }) => struck).length;
    while (left() > 0)
      rounds.push(await runRound(engine, folder, `${engine.name} ${rounds.length}`, left(), expected));
    await engine.close();
    console.log(JSON.stringify(rounds.map(({ struck, ...rest }) => ({ ...rest, struck: struck.length }))));
    expect(rounds.flatMap(({ faults }) => faults)).toEqual([]);
    for (const round of rounds) expect(round).toMatchObject({ lost: 0, doubled: 0, equal: true });
  },
  600_000,
);
