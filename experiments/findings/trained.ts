/** Whether a plan's populations are kept already, whole: those that somebody trained and committed need no training again. */
import type { Trial } from '@netspace/population/trial';
import { parsePlan } from '@netspace/sweep/plan';
import { inputShape } from '@netspace/sweep/run';
import { planTrials } from '@netspace/sweep/trials';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { populationFile, readTrials } from './populations.ts';

/** True where each network that the plan draws has been trained, with the plan's recipe and seed, and no other has; ended in whatever way. */
export async function arePopulationsKept(text: string, source: string, folder: string): Promise<boolean> {
  const plan = parsePlan(text, source);
  const files = plan.sweep.spaces.map(({ name }) => populationFile(folder, name));
  // Without them there is no need of sampling, nor of images.
  if (!files.every((file) => existsSync(file))) return false;
  const kept = (await Promise.all(files.map((file) => readTrials(file)))).flat();
  const { trials } = planTrials(plan, await inputShape(plan));
  return isDeepStrictEqual(kept.map(trainingOf), trials.map(trainingOf));
}

/** What of a trial the plan determines. */
function trainingOf({
  space,
  network,
  seed,
  recipe,
}: Pick<Trial, 'space' | 'network' | 'seed' | 'recipe'>): object {
  return { space, network, seed, recipe };
}
