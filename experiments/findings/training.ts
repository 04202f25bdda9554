/** Trains the populations of plans in a store and keeps them as files. Repeating it resumes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePlan } from '@netspace/sweep/plan';
import { netspace } from './command.ts';
import { varied, type StudyPlan, type Variant } from './plans.ts';
import { keepPopulations, keepTrials, readTrials } from './populations.ts';
import { arePopulationsKept } from './trained.ts';

export interface TrainingOptions extends Variant {
  readonly root: string;
  /** A file or an address, as `netspace run --store` takes it. */
  readonly store: string;
  readonly workers?: string;
  /** Trains also what is kept already. */
  readonly again?: boolean;
}

/** The populations of a plan, a file a space in the folder; those that are there are left as they are. */
export async function trainPopulations(
  plan: StudyPlan,
  folder: string,
  options: TrainingOptions,
): Promise<void> {
  await fetchImages(plan, options);
  if (!options.again && (await arePopulationsKept(variantOf(plan, options), plan.file, folder))) {
    console.error(`${plan.file}: its populations are there; --again trains them anew`);
    return;
  }
  await trainPlan(plan, options, async (file) => keepPopulations(await readTrials(file), folder));
}

/** All trials of a plan in one file. */
export async function trainSweep(plan: StudyPlan, file: string, options: TrainingOptions): Promise<void> {
  await fetchImages(plan, options);
  await trainPlan(plan, options, async (exported) => keepTrials(await readTrials(exported), file));
}

/** Takes no time where they are on this machine. */
async function fetchImages(study: StudyPlan, { root, ...variant }: TrainingOptions): Promise<void> {
  const { sweep } = parsePlan(variantOf(study, variant), study.file);
  await netspace(root, ['data', 'fetch', sweep.data.name]);
}

function variantOf({ text }: StudyPlan, { quick, data }: Variant): string {
  return varied(text, { ...(quick && { quick }), ...(data !== undefined && { data }) });
}

async function trainPlan(
  study: StudyPlan,
  { root, store, workers, ...variant }: TrainingOptions,
  keep: (file: string) => Promise<void>,
): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'netspace-findings-'));
  try {
    const { file: source } = study;
    const written = variantOf(study, variant);
    const [plan, trials] = [join(work, 'plan.yaml'), join(work, 'trials.jsonl')];
    writeFileSync(plan, written);
    console.error(`\n${source}`);
    await netspace(root, [
      'run',
      plan,
      '--store',
      store,
      ...(workers === undefined ? [] : ['--workers', workers]),
    ]);
    await netspace(root, ['export', parsePlan(written, source).name, '--store', store, '-o', trials]);
    await keep(trials);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
