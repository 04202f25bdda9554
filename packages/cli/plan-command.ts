/** The command that shows what a plan would run, and how long that would take here. */
import { formatQuantity } from '@netspace/network/quantity';
import type { NewTrial } from '@netspace/store/store';
import { planHash } from '@netspace/sweep/plan-hash';
import { planJsonSchema } from '@netspace/sweep/plan-json-schema';
import type { Plan } from '@netspace/sweep/plan';
import { inputShape } from '@netspace/sweep/run';
import { formatSeconds } from '@netspace/sweep/screen';
import { planTrials, type PlannedTrials } from '@netspace/sweep/trials';
import type { Command } from 'commander';
import { ageOf, describeAge, describeDelay, estimateHere, type Estimated } from './calibrated-estimate.ts';
import { UsageError } from './errors.ts';
import { numberOption } from './input.ts';
import { countOf, printJson, printLine, printTable } from './output.ts';
import { readPlan } from './plan-file.ts';

interface PlanOptions {
  readonly workers?: number;
  readonly threads?: number;
  readonly calibrate?: true;
  readonly estimate: boolean;
  readonly schema?: true;
  readonly json?: true;
}

export function addPlanCommand(program: Command): void {
  program
    .command('plan [plan]')
    .description('what a plan would run: networks, acceptance, flops, and how long it would take here')
    .option(
      '--workers <N>',
      'processes, as many as the cores have room for when left out',
      numberOption('workers', { least: 1, most: 1024, whole: true }),
    )
    .option(
      '--threads <N>',
      'of each process, instead of the plan’s; a part of the plan and of its hash',
      numberOption('threads', { least: 1, most: 1024, whole: true }),
    )
    .option('--calibrate', 'measure this machine anew: a few seconds of training')
    .option('--no-estimate', 'no time, and no measurement for it')
    .option('--schema', 'print the JSON Schema of plans instead')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: PlanOptions) => {
      if (options.schema) return printLine(JSON.stringify(planJsonSchema(), null, 2));
      if (file === undefined) throw new UsageError('name a plan, such as plan.yaml');
      await showPlan(file, options);
    });
}

async function showPlan(file: string, options: PlanOptions): Promise<void> {
  const plan = readPlan(file, options.threads);
  const planned = planTrials(plan, await inputShape(plan));
  const estimated = options.estimate ? await estimateHere(plan, planned.trials, options) : undefined;
  if (options.json) return printJson(describePlan(plan, planned, estimated));
  printSamples(planned);
  printSummary(plan, planned);
  if (estimated) printEstimate(estimated);
  printLine(`plan hash ${planHash(plan.sweep)}`);
}

function describePlan(plan: Plan, { trials, samples }: PlannedTrials, estimated?: Estimated) {
  const drawnKeys = Object.keys(plan.sweep.recipeDimensions ?? {});
  return {
    name: plan.name,
    hash: planHash(plan.sweep),
    epochs: Math.max(...epochsOf(trials)),
    samples,
    totalFlops: totalFlops(trials),
    ...(estimated && { estimate: describeEstimate(estimated) }),
    networks: trials.map(({ space, network, flops, params, activations, seed, recipe, cost }, i) => ({
      space,
      network,
      flops,
      params,
      activations,
      seed,
      cost,
      ...(estimated && { seconds: estimated.trials[i] }),
      // The keys that are drawn; the others are the same for all.
      recipe: Object.fromEntries(drawnKeys.map((key) => [key, recipe[key]])),
    })),
  };
}

function describeEstimate({ seconds, workerSeconds, workers, calibration }: Estimated) {
  const { measuredAt, machine, rates, delay } = calibration;
  return {
    seconds,
    workerSeconds,
    workers,
    calibration: {
      measuredAt: new Date(measuredAt).toISOString(),
      ageSeconds: ageOf(calibration),
      machine,
      rates,
      ...(delay !== undefined && { delay }),
    },
  };
}

function printSamples({ samples }: PlannedTrials): void {
  printTable(
    ['space', 'networks', 'draws', 'accepted'],
    samples.map(({ name, networks, drawn, acceptance }) => [
      name,
      networks,
      drawn,
      `${(acceptance * 100).toPrecision(3)} %`,
    ]),
  );
}

function printSummary(plan: Plan, { trials }: PlannedTrials): void {
  const epochs = epochsOf(trials);
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  const flops = totalFlops(trials);
  printLine(
    `${trials.length} networks, ${least === most ? most : `${least} to ${most}`} epochs each, ${formatQuantity(flops / trials.length)} flops on average, ${formatQuantity(flops)} in all`,
  );
  const drawnKeys = Object.keys(plan.sweep.recipeDimensions ?? {});
  if (drawnKeys.length > 0) printLine(`drawn for each trial: ${drawnKeys.join(', ')}`);
}

function printEstimate({ seconds, workers, trials, calibration }: Estimated): void {
  const { threads } = calibration.machine;
  const [least, most] = [Math.min(...trials), Math.max(...trials)].map(formatSeconds);
  printLine(
    `about ${formatSeconds(seconds)} with ${countOf(workers, 'worker')} of ${countOf(threads, 'thread')} here; a trial takes ${least === most ? least : `${least} to ${most}`}`,
  );
  printLine(
    `by a measurement of this machine ${describeAge(ageOf(calibration))} (--calibrate measures it anew)${describeDelay(calibration)}`,
  );
}

function epochsOf(trials: readonly NewTrial[]): number[] {
  return trials.map(({ recipe }) => Number(recipe['epochs']));
}

/** Of one forward pass of each network. */
function totalFlops(trials: readonly NewTrial[]): number {
  return trials.reduce((total, { flops }) => total + flops, 0);
}
