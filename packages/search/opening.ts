/** The beginning of a search: what its folder holds already, or images looked through, time shared out, networks drawn and timed. */
import type { Network } from '@netspace/network/network';
import { countComplexity } from '@netspace/network/complexity';
import { findSpace } from '@netspace/space/builtin';
import type { RunOptions } from '@netspace/sweep/run';
import { drawCandidates, type CostedNetwork } from './candidates.ts';
import { understandData, type DataFacts } from './data-facts.ts';
import { settleEffort, type Settled } from './effort.ts';
import { measureLatencies } from './latency.ts';
import { mainMeasure, SearchError, type SearchRequest } from './request.ts';
import { findRivals } from './rivals.ts';
import { fileNames, findRecord, writeText, type SearchRecord } from './search-folder.ts';
import { predictSearch } from './prediction.ts';
import { chooseReference } from './resolution.ts';
import { anyOf, type Timekeeper } from './time-keeper.ts';
import { describeData } from './wording.ts';

export interface OpeningHands {
  readonly run: RunOptions;
  readonly note: (text: string) => void;
}

/** What is left for trainings when all networks are timed, as a share of the time: with a limit of latency many are. */
const leastLeft = 0.5;

/** The record of the search, kept in its folder; undefined when it was interrupted before there was one. */
export async function openSearch(
  request: SearchRequest,
  folder: string,
  hands: OpeningHands,
  keeper: Timekeeper,
): Promise<SearchRecord | undefined> {
  const known = findRecord(folder, request);
  if (known) return known;
  const { data, settled } = await prepareSearch(request, hands, keeper.spent());
  const networks = await keeper.until({ secondsLeft: leastLeft * keeper.left() }, async (deadline) => {
    const measured = await measureNetworks(request, data, settled, hands, deadline);
    if (measured || hands.run.drain?.aborted) return measured;
    throw new SearchError(
      'timing candidates took half of the time that was left: give more --time, a larger --latency, or fewer --candidates',
    );
  });
  if (!networks) return undefined;
  const record: SearchRecord = { version: 1, request, data, ...settled, ...networks };
  writeText(folder, fileNames.record, `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/** What is known before anything is measured but the machine, and nothing is written; `spent` are seconds of the time that is given. */
export async function prepareSearch(
  request: SearchRequest,
  { run, note }: OpeningHands,
  spent = 0,
): Promise<{ readonly data: DataFacts; readonly settled: Settled }> {
  mainMeasure(request.budget);
  const data = await understandData(await chooseReference(request, note));
  describeData(data).forEach(note);
  const predict = run.rates && predictSearch(request, data, run.rates, run.workers).total;
  return { data, settled: settleEffort(request.effort, request.time, predict, spent) };
}

async function measureNetworks(
  request: SearchRequest,
  { input }: DataFacts,
  { effort }: Settled,
  { run, note }: OpeningHands,
  deadline: AbortSignal | undefined,
): Promise<Pick<SearchRecord, 'candidates' | 'rivals'> | undefined> {
  const drain = anyOf(run.drain, deadline);
  const { space: name, budget, seed, threads } = request;
  const space = findSpace(name);
  note('drawing candidates, and timing them one image at a time');
  const time = (networks: readonly Network[]) => measureLatencies({ networks, input }, threads, drain);
  const terms = { space, budget, input, count: effort.candidates, seed };
  const candidates = await drawCandidates(terms, time);
  if (!candidates) return undefined;
  const rivals = findRivals(mainMeasure(budget), input, space);
  const latencies = await time(rivals);
  return latencies && { candidates, rivals: rivals.map((network, i) => costed(network, latencies[i])) };

  function costed(network: Network, latency = NaN): CostedNetwork {
    return { network, ...countComplexity(network, input), latency };
  }
}
