/** The commands that train one network, or say how its rate will fall. */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { checkpointFile } from '@netspace/train/checkpoint-file';
import { completeRecipe, namedRecipes, type Recipe } from '@netspace/train/recipe';
import { learningRates, type SchedulePolicy } from '@netspace/train/schedule';
import type { TrainingOptions } from '@netspace/train/train';
import { Option, type Command } from 'commander';
import { exitCodes, UsageError, type Finish } from './errors.ts';
import { describeEpoch, describeResult, describeStep, resultRecord } from './training-words.ts';
import { numberOption, readNetworks } from './input.ts';
import { printJson, printLine, say } from './output.ts';
import { modelOptions } from './trained-model.ts';
import { readRecipe } from './recipe-commands.ts';
import {
  isTrainingProcess,
  leaveWithParent,
  runInTrainingProcess,
  showsProgress,
} from './training-process.ts';

interface TrainOptions {
  readonly data: string;
  readonly recipe: string;
  readonly epochs?: number;
  readonly seed: number;
  readonly threads: number;
  readonly validationShare: number;
  readonly checkpoint?: string;
  readonly test?: true;
  readonly from?: string;
  readonly save?: string;
  readonly json?: true;
}

interface ScheduleOptions {
  readonly policy: SchedulePolicy;
  readonly epochs: number;
  readonly baseLr: number;
  readonly warmupEpochs: number;
  readonly warmupFactor: number;
  readonly minLr: number;
  readonly steps: string;
  readonly lrMult: number;
  readonly json?: true;
}

export function addTrainCommand(program: Command, finish: Finish): void {
  program
    .command('train <network>')
    .description('trains one network and prints its learning curve')
    .requiredOption(
      '--data <NAME>',
      'data set (see netspace data list), or the path of a folder or .npz file',
    )
    .option('--recipe <FILE|NAME>', `a recipe: ${Object.keys(namedRecipes).join(', ')} or a file`, 'quick')
    .option('--epochs <N>', 'instead of the recipe’s', numberOption('epochs', { least: 1, whole: true }))
    .option('--seed <S>', 'a whole number', numberOption('seed', { least: 0, whole: true }), 1)
    .option(
      '--threads <N>',
      'for one operation',
      numberOption('threads', { least: 1, most: 256, whole: true }),
      1,
    )
    .option(
      '--validation-share <P>',
      'held out',
      numberOption('validation-share', { least: 0, most: 1 }),
      0.2,
    )
    .option('--checkpoint <FILE>', 'written after each epoch; where it exists, the training goes on from it')
    .option('--test', 'evaluate the test part as well, once, at the end: not for choosing')
    .option('--from <FILE>', 'begin with the weights of a model instead of drawn ones')
    .option('--save <FILE>', 'write the trained model (see netspace model)')
    .option('--json', 'print JSON: a line an epoch, then the result')
    .action(async (network: string, options: TrainOptions) => finish(await train(network, options)));

  program
    .command('schedule')
    .description('the learning rate of each epoch')
    .addOption(new Option('--policy <P>').choices(['cos', 'linear', 'exp', 'steps']).makeOptionMandatory())
    .requiredOption('--epochs <T>', 'epochs', numberOption('epochs', { least: 1, most: 1e5, whole: true }))
    .requiredOption('--base-lr <L>', 'base rate', numberOption('base-lr', { least: 0 }))
    .option('--warmup-epochs <W>', 'epochs', numberOption('warmup-epochs', { least: 0 }), 0)
    .option(
      '--warmup-factor <F>',
      'share at the start',
      numberOption('warmup-factor', { least: 0, most: 1 }),
      0.1,
    )
    .option(
      '--min-lr <M>',
      'least rate as a fraction of the base',
      numberOption('min-lr', { least: 0, most: 1 }),
      0,
    )
    .option('--steps <LIST>', 'epochs of the steps, the first 0', '0')
    .option('--lr-mult <X>', 'factor of a step', numberOption('lr-mult', { least: 0, most: 1 }), 0.1)
    .option('--json', 'print JSON')
    .action(schedule);
}

/** The recipe with the options' changes. */
function recipeOf({ recipe: reference, epochs }: TrainOptions): Recipe {
  const recipe = readRecipe(reference, '--recipe');
  return epochs === undefined ? recipe : completeRecipe({ ...recipe, steps: [...recipe.steps], epochs });
}

async function train(reference: string, options: TrainOptions): Promise<number> {
  if (!isTrainingProcess()) return runInTrainingProcess(options.threads);
  const [network, ...others] = readNetworks(reference);
  if (network === undefined || others.length > 0)
    throw new UsageError(`${reference} holds ${others.length + 1} networks; train takes one`);
  const recipe = recipeOf(options);
  const dataset = await loadDataset(options.data);
  const data = holdOut(dataset, { seed: options.seed, validationShare: options.validationShare });
  const models = modelOptions(options, network, data);
  // Loaded late: no other command needs TensorFlow.
  const { trainNetwork } = await import('@netspace/train/train');
  const result = await trainNetwork(network, recipe, data, {
    seed: options.seed,
    ...(options.test && { test: dataset.test }),
    ...(options.checkpoint === undefined ? {} : { checkpoint: checkpointFile(options.checkpoint) }),
    ...models,
    ...reports(options, recipe),
  });
  if (options.json) printJson(resultRecord(result));
  else printLine(clearProgress() + describeResult(result, dataset.classes).join('\n'));
  if (result.status === 'diverged') say('the loss is not finite: try a smaller learning rate');
  return exitCodes.ok;
}

/** What is said while it trains. */
function reports(
  { json, checkpoint }: TrainOptions,
  recipe: Recipe,
): Pick<TrainingOptions, 'onCheckpoint' | 'onStep' | 'onEpoch'> {
  const leaveIfAlone = leaveWithParent();
  return {
    onCheckpoint: (finding) => {
      if (finding.kind === 'damaged') say(`${finding.reason}; the training begins anew`);
      else say(`${checkpoint}: goes on after epoch ${finding.epoch}`);
    },
    onStep: (progress) => {
      leaveIfAlone();
      if (showsProgress()) say(describeStep(progress, recipe));
    },
    onEpoch: (record) => {
      if (json) printJson(record);
      else printLine(clearProgress() + describeEpoch(record, recipe));
    },
  };
}

/** Takes the line of progress off the terminal. */
function clearProgress(): string {
  return showsProgress() && process.stdout.isTTY ? '\r\u001b[K' : '';
}

function schedule(options: ScheduleOptions): void {
  const steps = options.steps.split(',').map(numberOption('steps', { least: 0, whole: true }));
  if (options.policy === 'steps' && steps[0] !== 0) throw new UsageError('--steps: the first step must be 0');
  if (options.policy === 'exp' && options.minLr === 0)
    throw new UsageError('--policy exp: --min-lr must be above 0, since the rate falls towards it');
  const rates = learningRates({
    policy: options.policy,
    epochs: options.epochs,
    learningRate: options.baseLr,
    minLearningRate: options.minLr,
    warmupEpochs: options.warmupEpochs,
    warmupFactor: options.warmupFactor,
    steps,
    stepFactor: options.lrMult,
  });
  if (options.json) printJson(rates);
  else rates.forEach((rate) => printLine(String(rate)));
}
