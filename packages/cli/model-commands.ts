/** Commands about trained models: look at one, evaluate it, hand it to PyTorch, TensorFlow or a browser, take one from timm. */
import type { ImageSet } from '@netspace/data/dataset';
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { encodeGraphModel } from '@netspace/model/graph-model';
import { encodeModel } from '@netspace/model/model-file';
import type { Model, ModelFile } from '@netspace/model/model';
import { encodeServingModel } from '@netspace/model/saved-model';
import { timmConfiguration } from '@netspace/network/timm';
import { countComplexity } from '@netspace/network/complexity';
import { Option, type Command } from 'commander';
import { basename, dirname, join } from 'node:path';
import { exitCodes, type Finish } from './errors.ts';
import { numberOption } from './input.ts';
import { checkFit, readModel, writeWhole } from './model-file.ts';
import { addImportCommand } from './model-import-command.ts';
import { printJson, printLine, say } from './output.ts';
import { isTrainingProcess, runInTrainingProcess } from './training-process.ts';

const formats = ['safetensors', 'saved-model', 'tfjs'] as const;
type Format = (typeof formats)[number];

interface ExportOptions {
  readonly format: Format;
  readonly output: string;
  readonly json?: true;
}

interface EvaluateOptions {
  readonly data: string;
  readonly test?: true;
  readonly seed: number;
  readonly validationShare: number;
  readonly threads: number;
  readonly json?: true;
}

export function addModelCommands(program: Command, finish: Finish): void {
  const model = program
    .command('model')
    .description('trained models: look at one, evaluate it, take it along');

  model
    .command('info <file>')
    .description('what a model is: network, classes, data, and whether timm can load it')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: true }) => info(readModel(file), options.json === true));

  model
    .command('export <file>')
    .description('writes a model as safetensors, as a SavedModel folder or as a TensorFlow.js folder')
    .addOption(new Option('--format <F>', 'form').choices(formats).makeOptionMandatory())
    .requiredOption('-o, --output <PATH>', 'file (safetensors) or folder')
    .option('--json', 'print JSON')
    .action((file: string, options: ExportOptions) => exportModel(readModel(file), options));

  model
    .command('evaluate <file>')
    .description('loss and error on the images that train holds out, or on the test images')
    .requiredOption('--data <NAME>', 'data set (see netspace data list)')
    .option('--test', 'the test images')
    .option('--seed <S>', 'of the training', numberOption('seed', { least: 0, whole: true }), 1)
    .option(
      '--validation-share <P>',
      'held out',
      numberOption('validation-share', { least: 0, most: 1 }),
      0.2,
    )
    .option(
      '--threads <N>',
      'for one operation',
      numberOption('threads', { least: 1, most: 256, whole: true }),
      1,
    )
    .option('--json', 'print JSON')
    .action(async (file: string, options: EvaluateOptions) => finish(await evaluateModel(file, options)));

  addImportCommand(model);
}

function info(model: Model, json: boolean): void {
  const { network, input, classes, mean, deviation, data } = model;
  const complexity = countComplexity(network, input);
  const facts = {
    network,
    ...input,
    classes,
    mean,
    deviation,
    data,
    ...complexity,
    timm: describeTimm(model),
  };
  if (json) return printJson(facts);
  const lines: [string, string][] = [
    ['network', JSON.stringify(network)],
    ['input', `${input.resolution} x ${input.resolution} x ${input.channels}`],
    ['classes', classes.join(', ')],
    ['mean', mean.join(', ')],
    ['deviation', deviation.join(', ')],
    ['data', data === undefined ? 'unknown' : `${data.name} (${data.checksum})`],
    ['flops', String(complexity.flops)],
    ['params', String(complexity.params)],
    ['timm', timmSentence(model)],
  ];
  for (const [name, text] of lines) printLine(`${name.padEnd(10)} ${text}`);
}

function exportModel(model: Model, { format, output, json }: ExportOptions): void {
  const files = filesOf(model, format, output);
  const folder = format === 'safetensors' ? dirname(output) : output;
  for (const { name, bytes } of files) writeWhole(join(folder, name), bytes);
  const written = files.map(({ name, bytes }) => ({ file: join(folder, name), bytes: bytes.length }));
  if (json) return printJson({ format, files: written, timm: describeTimm(model) });
  for (const { file, bytes } of written) printLine(`${file} ${(bytes / 1e6).toFixed(2)} MB`);
  if (format === 'safetensors') say(timmSentence(model));
}

function filesOf(model: Model, format: Format, output: string): ModelFile[] {
  if (format === 'saved-model') return encodeServingModel(model);
  if (format === 'tfjs') return encodeGraphModel(model);
  return [{ name: basename(output), bytes: encodeModel(model) }];
}

/** With `loads`, the arguments of timm.models.regnet.RegNetCfg and of RegNet; without, why not. */
function describeTimm({ network, input }: Model): Record<string, unknown> {
  const found = timmConfiguration(network);
  if ('reason' in found) return { loads: false, reason: found.reason };
  return {
    loads: true,
    regNetCfg: found.arguments,
    regNet: { in_chans: input.channels, num_classes: input.classes },
  };
}

function timmSentence({ network }: Model): string {
  const found = timmConfiguration(network);
  return 'reason' in found
    ? `timm cannot load it: ${found.reason}`
    : `timm loads it: RegNetCfg(**${JSON.stringify(found.arguments)})`;
}

async function evaluateModel(file: string, options: EvaluateOptions): Promise<number> {
  if (!isTrainingProcess()) return runInTrainingProcess(options.threads);
  const model = readModel(file);
  const dataset = await loadDataset(options.data);
  checkFit(file, model.input, dataset);
  if (model.data?.name === dataset.name && model.data.checksum !== dataset.checksum)
    say(`${dataset.name} is not what ${file} was trained on: its checksum is another one`);
  const { seed, validationShare } = options;
  const set = options.test ? dataset.test : holdOut(dataset, { seed, validationShare }).validation;
  const result = await measure(model, set);
  const part = options.test ? 'test' : 'validation';
  if (options.json) printJson({ data: dataset.name, part, images: set.count, ...result });
  else
    printLine(
      `${dataset.name}, ${set.count} ${part} images: loss ${result.loss.toFixed(4)}, error ${(result.error * 100).toFixed(2)} %`,
    );
  return exitCodes.ok;
}

async function measure(model: Model, set: ImageSet): Promise<{ loss: number; error: number }> {
  // Loaded late: no other command about models needs TensorFlow.
  const { openPredictor } = await import('@netspace/model/predictor');
  const { evaluate } = await import('@netspace/train/evaluate');
  const predictor = openPredictor({ ...model, input: { ...model.input, resolution: set.resolution } });
  try {
    // The model normalises by itself, so its images are the pixels as they are.
    const { mean, deviation } = model;
    return evaluate(predictor, set, { mean: mean.map(() => 0), deviation: deviation.map(() => 1) });
  } finally {
    predictor.close();
  }
}
