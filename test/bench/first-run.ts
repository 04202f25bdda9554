/**
 * How long is it from a bare clone to the first report, on a machine that has Node, Python and a compiler and nothing of ours? Beside it, as
 * ratios to that first set-up: a second clone from what the first left, the same without a network, and the same clone again.
 *
 * Usage, with nothing else on the machine: tsx bench/first-run.ts [--set-up], which leaves out the trainings.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canIsolate, makeBareClone, setUp, type Surroundings } from '../bare-clone.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-first-run-'));
const HOME = join(folder, 'home');
mkdirSync(HOME);
// Nothing of this user's: no cache, no store of packages, no settings.
const env = { HOME, PATH: '/usr/local/bin:/usr/bin:/bin', CI: 'true' };
let baseline: number | undefined;

async function time(what: string, clone: string, surroundings: Partial<Surroundings> = {}): Promise<void> {
  const begin = performance.now();
  const { code, said } = await setUp(clone, { env, ...surroundings });
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${said}`);
  const seconds = (performance.now() - begin) / 1000;
  baseline ??= seconds;
  console.log(`${what.padEnd(52)} ${seconds.toFixed(1).padStart(7)} s   ${(seconds / baseline).toFixed(3)}`);
}

try {
  const first = makeBareClone(join(folder, 'first'));
  await time('set-up of a bare clone, all caches empty', first);
  await time('the same clone again', first);
  await time('set-up of a second clone, from the cache', makeBareClone(join(folder, 'second')));
  if (canIsolate())
    await time('set-up of a third clone, without a network', makeBareClone(join(folder, 'third')), {
      offline: true,
    });
  if (!process.argv.includes('--set-up')) {
    await time('first report: trainings of twenty networks', first, { words: ['start'] });
    await time('npm start again', first, { words: ['start'] });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
