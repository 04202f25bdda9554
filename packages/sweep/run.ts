/** Runs a plan: plans its trials once, then trains what is left of them. Repeating it resumes. */
import { checkAugmentation } from '@netspace/data/augmentation';
import { describeDataset } from '@netspace/data/load';
import { countSplit } from '@netspace/data/split';
import type { InputShape } from '@netspace/network/network';
import { isFinished, type Shard, type Store, type Sweep } from '@netspace/store/store';
import type { Recipe } from '@netspace/train/recipe';
import type { ImageCounts } from './estimate.ts';
import { formatSweepPlan, planHash } from './plan-hash.ts';
import type { Plan } from './plan.ts';
import type { Emit } from './progress.ts';
import type { SupervisorOptions } from './supervision.ts';
import { checkShard, describeShard, isInShard } from './shard.ts';
import { supervise, type Supervised } from './supervisor.ts';
import { planTrials } from './trials.ts';

export interface RunResult extends Supervised {
  /** Nothing was left to train. */
  readonly alreadyFinished: boolean;
}

/** Trains the plan's trials that have not ended yet; a plan with this hash that is in the store already is resumed. */
export async function runPlan(plan: Plan, store: Store, options: SupervisorOptions): Promise<RunResult> {
  const clock = options.clock ?? (() => Date.now());
  const emit: Emit = (event) => options.onEvent?.({ ...event, at: clock() });
  const { shard } = options;
  if (shard) checkShard(plan.sweep, plan.source);
  const { sweep, added } = await openSweep(plan, store, emit);
  const part = await partOf(store, sweep, shard);
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

/** What of a sweep is to be trained here: all of it, or a shard. */
async function partOf(store: Store, sweep: Sweep, shard: Shard | undefined) {
  const { counts, remainingCost } = sweep;
  if (!shard) return { counts, remainingCost };
  const open = await store.trials(sweep.id, { statuses: ['planned', 'leased'] });
  const costs = open.map(({ index, cost }) => (isInShard(index, shard) ? cost : 0));
  return {
    counts: await store.countTrials(sweep.id, shard),
    remainingCost: costs.reduce((sum, cost) => sum + cost, 0),
    shard,
  };
}

/** The sweep of a plan: the one in the store, or a new one with its networks sampled now. */
async function openSweep(plan: Plan, store: Store, emit: Emit): Promise<{ sweep: Sweep; added: boolean }> {
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
