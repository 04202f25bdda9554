/** Runs a plan: plans its trials once, then trains what is left of them. Repeating it resumes. */
import { checkAugmentation } from '@netspace/data/augmentation';
import { describeDataset } from '@netspace/data/load';
import { countSplit } from '@netspace/data/split';
import type { InputShape } from '@netspace/network/network';
import { isFinished, type Store, type StoredTrial, type Sweep } from '@netspace/store/store';
import { mean } from '@netspace/stats/quantile';
import type { Recipe } from '@netspace/train/recipe';
import type { MachineRates } from './calibration.ts';
import { workloadOf } from './cost.ts';
import { trainingSeconds, type Conditions, type ImageCounts } from './estimate.ts';
import { formatSweepPlan, planHash } from './plan-hash.ts';
import type { Plan } from './plan.ts';
import { readRecipe } from './recipe-record.ts';
import type { SupervisorOptions } from './supervision.ts';
import { checkShard, describeShard, isInShard } from './shard.ts';
import { supervise, type Supervised } from './supervisor.ts';
import type { Emit } from './sweep-event.ts';
import { labelTrial } from './trial-label.ts';
import { planTrials } from './trials.ts';
import { remainingCostOf } from './worker-row.ts';

export interface RunResult extends Supervised {
  /** Nothing was left to train. */
  readonly alreadyFinished: boolean;
}

export interface RunOptions extends SupervisorOptions {
  /** How fast this machine is known to be, for the time left. */
  readonly rates?: MachineRates;
}

/** Trains the plan's trials that have not ended yet; a plan with this hash that is in the store already is resumed. */
export async function runPlan(plan: Plan, store: Store, options: RunOptions): Promise<RunResult> {
  const clock = options.clock ?? (() => Date.now());
  const emit: Emit = (event) => options.onEvent?.({ ...event, at: clock() });
  const { shard } = options;
  if (shard) checkShard(plan.sweep, plan.source);
  const { sweep, added } = await openSweep(plan, store, emit);
  const part = await partOf(store, sweep, plan, options);
  emit({
    kind: 'planned',
    sweep: sweep.name,
    sweepId: sweep.id,
    resumed: !added,
    ...(sweep.leastError !== undefined && { leastError: sweep.leastError }),
    workers: options.workers,
    ...part,
  });
  if (isFinished(part.counts)) {
    const what = shard ? `${describeShard(shard)} of ${sweep.name}` : sweep.name;
    emit({ kind: 'note', text: `nothing is left to train: all trials of ${what} have ended` });
    emit({ kind: 'ended', counts: part.counts, interrupted: false, ...(shard && { shard }) });
    return { sweep, counts: part.counts, interrupted: false, alreadyFinished: true };
  }
  return { ...(await supervise(store, sweep, options)), alreadyFinished: false };
}

/** What of a sweep is to be trained here, all of it or a shard, and how much work that is. */
async function partOf(store: Store, sweep: Sweep, plan: Plan, { shard, rates }: RunOptions) {
  const { earlyStopping } = plan.sweep;
  const open = await store.trials(sweep.id, { statuses: ['planned', 'leased'] });
  const own = shard ? open.filter(({ index }) => isInShard(index, shard)) : open;
  const remaining = own.map((trial) =>
    remainingCostOf(labelTrial(trial), trial.waitingAt ?? trial.rung, earlyStopping),
  );
  return {
    counts: shard ? await store.countTrials(sweep.id, shard) : sweep.counts,
    remainingCost: remaining.reduce((sum, cost) => sum + cost, 0),
    ...(earlyStopping && { earlyStopping }),
    ...(rates && own.length > 0 && { secondsPerCost: await predictSpeed(plan, own, rates) }),
    ...(shard && { shard }),
  };
}

/** Seconds for a unit of cost, over all trials that are left, each trained to its end. */
async function predictSpeed(
  plan: Plan,
  trials: readonly StoredTrial[],
  rates: MachineRates,
): Promise<number> {
  const [input, images] = [await inputShape(plan), await imageCounts(plan)];
  const seconds = trials.map(({ network, recipe = {} }) =>
    trainingSeconds(workloadOf(network, input), readRecipe(recipe), images, rates),
  );
  return mean(seconds) / mean(trials.map(({ cost }) => cost));
}

/** The sweep of a plan: the one in the store, or a new one with its networks sampled now. */
export async function openSweep(
  plan: Plan,
  store: Store,
  emit: Emit,
): Promise<{ sweep: Sweep; added: boolean }> {
  const hash = planHash(plan.sweep);
  const known = await store.findPlan(hash);
  if (known) {
    noteOtherName(plan, known, emit);
    return { sweep: known, added: false };
  }
  const namesakes = (await store.sweeps()).filter((each) => each.name === plan.name);
  const { trials } = planTrials(plan, await inputShape(plan));
  const opened = await store.addSweep(
    { name: plan.name, planHash: hash, plan: formatSweepPlan(plan.sweep) },
    trials,
  );
  if (opened.added && namesakes.length > 0)
    emit({
      kind: 'note',
      text: `the plan ${plan.name} has changed: this is a new sweep, #${opened.sweep.id}; what was trained before stays as #${namesakes.map((each) => each.id).join(', #')}`,
    });
  return opened;
}

function noteOtherName(plan: Plan, known: Sweep, emit: Emit): void {
  if (known.name === plan.name) return;
  const text = `this plan is in the store as ${known.name} (#${known.id}): only its name has changed, so its trials are the same`;
  emit({ kind: 'note', text });
}

/** What an estimate of the plan has to know besides its trials. */
export async function conditionsOf(plan: Plan, workers: number): Promise<Conditions> {
  const { earlyStopping } = plan.sweep;
  const [input, images] = [await inputShape(plan), await imageCounts(plan)];
  return { input, images, workers, ...(earlyStopping && { earlyStopping }) };
}

/** How many images each training of the plan learns from, and how many it is measured on. */
export async function imageCounts({ sweep: { data } }: Plan): Promise<ImageCounts> {
  const { trainImages } = await describeDataset(data.name);
  const { used, validation } = countSplit(data.name, trainImages, data);
  return { train: used - validation, validation };
}

/** What the plan's networks are applied to, checked against its recipe. Images at a path are decoded for it, once for all workers. */
export async function inputShape(plan: Plan): Promise<InputShape> {
  const { data, recipe, recipeDimensions } = plan.sweep;
  const { resolution, channels, classes } = await describeDataset(data.name);
  const drawn = recipeDimensions?.['augmentation'];
  const augmentations = drawn?.kind === 'choice' ? (drawn.values as Recipe['augmentation'][]) : [];
  for (const each of [recipe.augmentation, ...augmentations]) checkAugmentation(each, channels);
  return { resolution, channels, classes: classes.length };
}
