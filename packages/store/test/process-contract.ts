/** What a store keeps though real processes share it, are killed and write too late; run against every store there is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exampleTrial, type TestDatabase } from './contract.ts';

interface End {
  readonly owner: string;
  readonly trialId: number;
  readonly attempt: number;
  readonly error: number;
  readonly late: boolean;
  readonly recorded: boolean;
  readonly finished: boolean;
}

type Line = End | { readonly owner: string; readonly added: boolean } | { readonly ready: true };

export function describeProcesses(name: string, makeDatabase: () => Promise<TestDatabase>): void {
  describe(`a store in ${name}, new and shared by processes`, () => {
    it('gives each trial to one of them, loses no result, and turns away the late ones', async () => {
      checkBuild();
      const database = await makeDatabase();
      const count = 150;
      const trials = JSON.stringify(Array.from({ length: count }, (_, i) => exampleTrial(i)));
      const lines: Line[] = [];
      const begins: (() => void)[] = [];
      const allReady = (begin: () => void): void => {
        if (begins.push(begin) === 4) for (const each of begins) each();
      };
      const start = async (owner: string, killAfter = Infinity): Promise<number | null> => {
        const script = fileURLToPath(new URL('store-process.mjs', import.meta.url));
        const child = spawn(process.execPath, [script, database.location, owner, trials], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const exit = once(child, 'exit');
        let ends = 0;
        for await (const line of createInterface(child.stdout)) {
          const parsed = JSON.parse(line) as Line;
          lines.push(parsed);
          if ('ready' in parsed) allReady(() => child.stdin.end());
          if (++ends > killAfter) child.kill('SIGKILL');
        }
        const [code] = (await exit) as [number | null];
        return code;
      };
      const codes = await Promise.all([start('a'), start('b'), start('c'), start('victim', 10)]);
      expect(codes).toEqual([0, 0, 0, null]);

      expect(lines.filter((line) => 'added' in line && line.added)).toHaveLength(1);
      const ends = lines.filter((line): line is End => 'trialId' in line);
      const late = ends.filter((end) => end.late);
      expect(late.length).toBeGreaterThanOrEqual(3);
      for (const end of late) expect(end).toMatchObject({ recorded: false, finished: false });

      const store = await database.open();
      const [sweep] = await store.sweeps();
      expect(sweep?.counts).toMatchObject({ completed: count, planned: 0, leased: 0, failed: 0 });
      const finished = ends.filter((end) => end.finished);
      const errors = new Map(finished.map(({ trialId, error }) => [trialId, error]));
      expect(errors.size).toBe(finished.length);
      let told = 0;
      for (const trial of await store.trials(sweep?.id ?? 0)) {
        const { attempts } = await store.trialHistory(trial.id);
        expect(attempts.filter(({ status }) => status === 'completed')).toHaveLength(1);
        // What the victim finished last it may have had no time to tell.
        if (errors.has(trial.id)) told++;
        expect(trial.error).toBe(errors.get(trial.id) ?? trial.error);
        expect(trial).toMatchObject({ attempt: attempts.length });
      }
      expect(told).toBeGreaterThanOrEqual(count - 1);
      await store.close();
      await database.remove();
    }, 120_000);
  });
}

/** Processes run what is compiled. */
function checkBuild(): void {
  const folder = new URL('../', import.meta.url);
  const built = statSync(new URL('dist/.tsbuildinfo', folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newer = readdirSync(folder).find(
    (file) => file.endsWith('.ts') && statSync(new URL(file, folder)).mtimeMs > built,
  );
  if (newer !== undefined)
    throw new Error(`packages/store/dist is older than ${newer}; run "npx tsc -b packages/store"`);
}
