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
import type { Store } from '@netspace/store/store';
import type { RunOptions } from '@netspace/sweep/run';
import { trainCandidates } from './candidate-stage.ts';
import { candidateResults, sharedEpoch, type CandidateResult } from './cost-figures.ts';
import { examine } from './examination.ts';
import { trainFinals, type Finals } from './final-stage.ts';
import { standingOf, type Standing } from './finding.ts';
import { writeModelForms } from './model-forms.ts';
import { makeResultPage } from './result-page.ts';
import { costsByName, fileNames, nameOf, writeText, type SearchRecord } from './search-folder.ts';
import { openSearch } from './opening.ts';
import { predictSearch } from './prediction.ts';
import type { SearchRequest } from './request.ts';
import { lastCheckpoint, type StageHands } from './stages.ts';
import { openTimekeeper, processClock, type Clock, type TimeUsed } from './time-keeper.ts';

export interface SearchHands {
  readonly store: Store;
  /** How trials are trained; its `drain` also ends what is measured beside them. */
  readonly run: RunOptions;
  /** Told what is going on beside the sweeps. */
  readonly note: (text: string) => void;
  /** What is told of this machine. */
  readonly provenance: Readonly<Record<string, string>>;
  /** What the time of the search is told by; the process' own when left out. */
  readonly clock?: Clock;
}

export interface Finding extends Standing {
  readonly record: SearchRecord;
  readonly candidates: readonly CandidateResult[];
  /** How the finals were trained. */
  readonly finals: { readonly epochs: number; readonly seeds: number };
  /** Where a time was given. */
  readonly time?: TimeUsed;
}

/** Undefined when it was interrupted: the same call goes on. */
export async function search(
  request: SearchRequest,
  folder: string,
  hands: SearchHands,
): Promise<Finding | undefined> {
  const keeper = openTimekeeper(folder, request.time, hands.clock ?? processClock);
  try {
    const record = await openSearch(request, folder, hands, keeper);
    if (!record) return undefined;
    keeper.keep();
    const { rates, workers } = hands.run;
    const prediction = rates && predictSearch(request, record.data, rates, workers);
    return await searchOn(record, folder, { ...hands, keeper, prediction });
  } finally {
    keeper.close();
  }
}

type AllHands = SearchHands & StageHands;

async function searchOn(record: SearchRecord, folder: string, hands: AllHands): Promise<Finding | undefined> {
  const candidates = await trainCandidates(record, folder, hands);
  if (!candidates) return undefined;
  const finals = await trainFinals(record, candidates, folder, hands);
  const standing = finals && (await judge(record, finals, folder, hands));
  if (!standing) return undefined;
  const { sweep, trials } = candidates;
  const early = await hands.store.errorsAt(sweep.id, sharedEpoch(trials));
  const results = candidateResults(trials, costsByName(record), early);
  const { epochs, seeds } = finals;
  const about = { record, candidates: results, finals: { epochs, seeds } };
  return writeFinding({ ...standing, ...about }, folder, hands);
}

async function judge(
  record: SearchRecord,
  { plan, sweep, trials, networks }: Finals,
  folder: string,
  { run: { drain, checkpoints }, note, keeper, prediction }: AllHands,
): Promise<Standing | undefined> {
  const kept = join(folder, fileNames.checkpoints);
  note('classifying the test images');
  const leave = prediction?.ending([], 0) ?? 0;
  const examinations = await examine(trials, {
    folder,
    data: plan.sweep.data,
    threads: record.request.threads,
    checkpointOf: (index) => lastCheckpoint(sweep, index, kept, checkpoints),
    enough: (count) => count >= networks && keeper.left() < leave,
    ...(drain && { drain }),
  });
  if (!examinations) return undefined;
  if (examinations.length < trials.length)
    keeper.tell(
      `of ${trials.length} models of the finals ${examinations.length} have classified the test images`,
    );
  // The models hold what is worth keeping of them.
  if (existsSync(kept)) rmSync(kept, { recursive: true });
  const { budget } = record.request;
  const rivals = record.rivals.map(({ network }) => nameOf(network));
  return standingOf(examinations, costsByName(record), { budget, rivals });
}

async function writeFinding(
  found: Omit<Finding, 'time'>,
  folder: string,
  { provenance, keeper }: AllHands,
): Promise<Finding> {
  const { record, candidates } = found;
  const examples = writeModelForms(folder, found.exported.model);
  const given = record.request.time;
  const time = given !== undefined && { given, spent: keeper.end(), shortened: keeper.shortened() };
  const finding: Finding = { ...found, ...(time && { time }) };
  const page = { record, standing: finding, finals: finding.finals, candidates, examples, provenance };
  writeText(folder, fileNames.report, await makeResultPage({ ...page, ...(time && { time }) }));
  writeText(folder, fileNames.finding, `${JSON.stringify(describeFinding(finding), null, 2)}\n`);
  return finding;
}

/** As `result.json` and `--json` have it. */
export function describeFinding({
  record,
  candidates,
  finalists,
  recommended,
  exported,
  comparisons,
  finals,
  time,
}: Finding) {
  const { request, data, effort, seconds } = record;
  return {
    data,
    budget: request.budget,
    space: request.space,
    seed: request.seed,
    effort,
    finals,
    ...(seconds !== undefined && { expectedSeconds: seconds }),
    ...(time && { time }),
    recommended: recommended.name,
    network: recommended.network,
    exported,
    finalists,
    comparisons,
    candidates: candidates.map(({ network: _network, ...rest }) => rest),
  };
}
