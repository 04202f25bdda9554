/**
 * A good network for a data set and a budget.
 *
 * images ─► effort ─► candidates ─ plan ─► halving ─► best three ─┐
 *                     published networks of the same cost ────────┴─ plan ─► finals ─► test images, once ─► finding ─► report, model
 *
 * Each arrow leaves what it made in the folder or in the store and does nothing where that is there: the same call goes on after whatever
 * ended the one before it, and nothing is trained twice.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Store, StoredTrial } from '@netspace/store/store';
import { checkpointPath } from '@netspace/sweep/checkpoints';
import type { Plan } from '@netspace/sweep/plan';
import { runPlan, type RunOptions } from '@netspace/sweep/run';
import { candidateResults, sharedEpoch, type CandidateResult } from './cost-figures.ts';
import { examine } from './examination.ts';
import { chooseFinalists } from './finals.ts';
import { standingOf, type Standing } from './finding.ts';
import { writeModelForms } from './model-forms.ts';
import { makeResultPage } from './result-page.ts';
import { costsByName, fileNames, nameOf, readText, writeText, type SearchRecord } from './search-folder.ts';
import { candidatePlan, finalPlan, readSearchPlan, type PlanTerms } from './search-plan.ts';
import { searchRecipe } from './search-recipe.ts';
import { openSearch } from './opening.ts';
import { validationShare, type SearchRequest } from './request.ts';
import { sumOf } from './data-facts.ts';

export interface SearchHands {
  readonly store: Store;
  /** How trials are trained; its `drain` also ends what is measured beside them. */
  readonly run: RunOptions;
  /** Told what is going on beside the sweeps. */
  readonly note: (text: string) => void;
  /** What is told of this machine. */
  readonly provenance: Readonly<Record<string, string>>;
}

export interface Finding extends Standing {
  readonly record: SearchRecord;
  readonly candidates: readonly CandidateResult[];
}

/** Undefined when it was interrupted: the same call goes on. */
export async function search(
  request: SearchRequest,
  folder: string,
  hands: SearchHands,
): Promise<Finding | undefined> {
  const record = await openSearch(request, folder, hands);
  const candidates = record && (await trainCandidates(record, folder, hands));
  if (!candidates) return undefined;
  const finals = await trainFinals(record, candidates, folder, hands);
  const standing = finals && (await judge(record, finals, folder, hands));
  if (!standing) return undefined;
  const early = await hands.store.errorsAt(candidates[0]?.sweepId ?? 0, sharedEpoch(candidates));
  const results = candidateResults(candidates, costsByName(record), early);
  const finding = { ...standing, record, candidates: results };
  await writeFinding(finding, folder, hands);
  return finding;
}

async function trainCandidates(
  record: SearchRecord,
  folder: string,
  hands: SearchHands,
): Promise<readonly StoredTrial[] | undefined> {
  const networks = record.candidates.map(({ network }) => network);
  const text = candidatePlan(planTerms(record, 'candidates'), networks);
  return trainPlan(keepPlan(folder, fileNames.candidates, text), hands, {});
}

interface Finals {
  readonly plan: Plan;
  readonly planHash: string;
  readonly trials: readonly StoredTrial[];
}

async function trainFinals(
  record: SearchRecord,
  candidates: readonly StoredTrial[],
  folder: string,
  hands: SearchHands,
): Promise<Finals | undefined> {
  const best = chooseFinalists(candidates).map(({ network }) => network);
  const networks = [...best, ...record.rivals.map(({ network }) => network)];
  const plan = keepPlan(folder, fileNames.finals, finalPlan(planTerms(record, 'finals'), networks));
  const keptCheckpoints = join(folder, fileNames.checkpoints);
  const trials = await trainPlan(plan, hands, { keptCheckpoints });
  const sweep = trials?.[0] && (await hands.store.findSweep(`#${trials[0].sweepId}`));
  return trials && sweep && { plan, planHash: sweep.planHash, trials };
}

/** What stands in the folder is what is trained, even by another version of netspace. */
function keepPlan(folder: string, file: string, text: string): Plan {
  const known = readText(folder, file);
  if (known === undefined) writeText(folder, file, text);
  return readSearchPlan(known ?? text, join(folder, file));
}

/** All trials of the plan when they have ended, whoever trained them; undefined when it was interrupted before. */
async function trainPlan(
  plan: Plan,
  { store, run }: SearchHands,
  own: Partial<RunOptions>,
): Promise<readonly StoredTrial[] | undefined> {
  const { sweep, interrupted } = await runPlan(plan, store, { ...run, ...own });
  return interrupted ? undefined : store.trials(sweep.id);
}

async function judge(
  record: SearchRecord,
  { plan, planHash, trials }: Finals,
  folder: string,
  { run: { drain }, note }: SearchHands,
): Promise<Standing | undefined> {
  const checkpoints = join(folder, fileNames.checkpoints);
  note('classifying the test images');
  const examinations = await examine(trials, {
    folder,
    data: plan.sweep.data,
    threads: record.request.threads,
    checkpointOf: (index) => checkpointPath(checkpoints, { planHash }, index),
    ...(drain && { drain }),
  });
  if (!examinations) return undefined;
  // The models hold what is worth keeping of them.
  if (existsSync(checkpoints)) rmSync(checkpoints, { recursive: true });
  const { budget } = record.request;
  const rivals = record.rivals.map(({ network }) => nameOf(network));
  return standingOf(examinations, costsByName(record), { budget, rivals });
}

async function writeFinding(finding: Finding, folder: string, { provenance }: SearchHands): Promise<void> {
  const { record, candidates } = finding;
  const examples = writeModelForms(folder, finding.exported.model);
  writeText(folder, fileNames.finding, `${JSON.stringify(describeFinding(finding), null, 2)}\n`);
  const page = { record, standing: finding, candidates, examples, provenance };
  writeText(folder, fileNames.report, await makeResultPage(page));
}

/** As `result.json` and `--json` have it. */
export function describeFinding({
  record,
  candidates,
  finalists,
  recommended,
  exported,
  comparisons,
}: Finding) {
  const { request, data, effort, seconds } = record;
  return {
    data,
    budget: request.budget,
    space: request.space,
    seed: request.seed,
    effort,
    ...(seconds !== undefined && { expectedSeconds: seconds }),
    recommended: recommended.name,
    network: recommended.network,
    exported,
    finalists,
    comparisons,
    candidates: candidates.map(({ network: _network, ...rest }) => rest),
  };
}

/** The last part of a data set's name or path, so that two searches in one store are told apart. */
function lastPartOf(reference: string): string {
  const [, last = ''] = /([^/\\]+)[/\\]*$/.exec(reference) ?? [];
  return last.replaceAll(/[^\w.-]/g, '-');
}

function planTerms({ request, data, effort }: SearchRecord, part: 'candidates' | 'finals'): PlanTerms {
  const { reference, input, trainCounts } = data;
  const epochs = part === 'candidates' ? effort.epochs : effort.finalEpochs;
  const train = Math.floor(sumOf(trainCounts) * (1 - validationShare));
  return {
    name: `find-${lastPartOf(reference)}-${part}`,
    reference,
    seed: request.seed,
    threads: request.threads,
    recipe: searchRecipe(request.recipe, epochs, { train, resolution: input.resolution }),
  };
}
