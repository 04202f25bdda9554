/** The commands that train one network, or say how its rate will fall. */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { completeRecipe, namedRecipes, parseRecipe, type Recipe } from '@netspace/train/recipe';
import { learningRates, type SchedulePolicy } from '@netspace/train/schedule';
import { suggest } from '@netspace/network/suggestion';
import { Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import { exitCodes, UsageError, type Finish } from './errors.ts';
import { numberOption, readNetworks, readSource } from './input.ts';
import { printJson, printLine, say } from './output.ts';
import { modelOptions } from './trained-model.ts';
import { isTrainingProcess, runInTrainingProcess, showsProgress } from './training-process.ts';

interface TrainOptions {
  readonly data: string;
  readonly recipe: string;
  readonly epochs?: number;
  readonly seed: number;
  readonly threads: number;
  readonly validationShare: number;
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
    .requiredOption('--data <NAME>', 'data set (see netspace data list)')
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

/** The recipe of that name, or of that file, with the options' changes. */
function readRecipe({ recipe: reference, epochs }: TrainOptions): Recipe {
  const changes = epochs === undefined ? {} : { epochs };
  if (Object.hasOwn(namedRecipes, reference)) return completeRecipe({ extends: reference, ...changes });
  if (!existsSync(reference))
    throw new UsageError(
      `--recipe ${reference}: there is no recipe or file of that name${suggest(reference, Object.keys(namedRecipes))}`,
    );
  const { text, source } = readSource(reference);
  const recipe = parseRecipe(text, source);
  return completeRecipe({ ...recipe, steps: [...recipe.steps], ...changes });
}

async function train(reference: string, options: TrainOptions): Promise<number> {
  if (!isTrainingProcess()) return runInTrainingProcess(options.threads);
  const clear = showsProgress() && process.stdout.isTTY ? '\r\u001b[K' : '';
  const [network, ...others] = readNetworks(reference);
  if (network === undefined || others.length > 0)
    throw new UsageError(`${reference} holds ${others.length + 1} networks; train takes one`);
  const recipe = readRecipe(options);
  const dataset = await loadDataset(options.data);
  const data = holdOut(dataset, { seed: options.seed, validationShare: options.validationShare });
  const models = modelOptions(options, network, data);
  // Loaded late: no other command needs TensorFlow.
  const { trainNetwork } = await import('@netspace/train/train');
  const result = await trainNetwork(network, recipe, data, {
    seed: options.seed,
    ...models,
    onStep: ({ epoch, step, stepsPerEpoch, imagesPerSecond }) => {
      if (showsProgress())
        say(
          `epoch ${epoch}/${recipe.epochs}, step ${step}/${stepsPerEpoch}, ${imagesPerSecond.toFixed(0)} images/s`,
        );
    },
    onEpoch: (record) => {
      if (options.json) return printJson(record);
      const { epoch, trainLoss, validationError = 1, imagesPerSecond = 0 } = record;
      printLine(
        `${clear}epoch ${epoch}/${recipe.epochs}  train loss ${trainLoss?.toFixed(4) ?? 'not finite'}  validation error ${(validationError * 100).toFixed(2)} %  ${imagesPerSecond.toFixed(0)} images/s`,
      );
    },
  });
  const { status, error, bestError, curve, imagesPerSecond, secondsToFirstStep } = result;
  if (options.json)
    printJson({ status, error, bestError, epochs: curve.length, imagesPerSecond, secondsToFirstStep });
  else
    printLine(
      `${clear}${status}: error ${(error * 100).toFixed(2)} % (best epoch ${(bestError * 100).toFixed(2)} %)`,
    );
  if (status === 'diverged') say('the loss is not finite: try a smaller learning rate');
  return exitCodes.ok;
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
