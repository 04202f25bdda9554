/** The command that makes a model of tensors in timm's names, from whoever has written them. */
import { loadDataset } from '@netspace/data/load';
import { importedInput, importTensors } from '@netspace/model/model-file';
import type { Model } from '@netspace/model/model';
import { readSafetensors } from '@netspace/model/safetensors';
import type { InputShape } from '@netspace/network/network';
import type { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from './errors.ts';
import { numberOption, readNetworks } from './input.ts';
import { checkFit, writeModel } from './model-file.ts';
import { printLine } from './output.ts';

interface ImportOptions {
  readonly network: string;
  readonly data?: string;
  readonly resolution: number;
  readonly output: string;
}

/** timm's normalisation of ImageNet's images (timm/data/constants.py), in units of 0 to 255. */
const imageNet = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };

export function addImportCommand(model: Command): void {
  model
    .command('import <file>')
    .description("makes a model of timm's safetensors of a RegNet")
    .requiredOption('--network <NETWORK>', 'the network whose tensors they are')
    .option('--data <NAME>', 'take normalisation, class names and resolution from this data set')
    .option(
      '--resolution <R>',
      'pixels',
      numberOption('resolution', { least: 1, most: 4096, whole: true }),
      224,
    )
    .requiredOption('-o, --output <FILE>', 'the model')
    .action(importModel);
}

async function importModel(file: string, options: ImportOptions): Promise<void> {
  const [network, ...others] = readNetworks(options.network);
  if (network === undefined || others.length > 0)
    throw new UsageError(`${options.network} holds ${others.length + 1} networks; a model is of one`);
  if (!existsSync(file)) throw new UsageError(`${file}: there is no such file`);
  const tensors = readSafetensors(readFileSync(file), file);
  const input = importedInput(tensors, file, options.resolution);
  const about = options.data === undefined ? unnamed(file, input) : await named(file, input, options.data);
  writeModel(options.output, importTensors(tensors.tensors, file, { network, ...about }));
  printLine(options.output);
}

type About = Omit<Model, 'network' | 'values'>;

function unnamed(file: string, input: InputShape): About {
  if (input.channels !== 3)
    throw new UsageError(
      `${file} takes images of ${input.channels} channels; name the data set they are of (--data), which tells their mean and deviation`,
    );
  return { input, classes: Array.from({ length: input.classes }, (_, i) => String(i)), ...imageNet };
}

async function named(file: string, input: InputShape, name: string): Promise<About> {
  const dataset = await loadDataset(name);
  checkFit(file, input, dataset);
  const { train, classes, mean, deviation } = dataset;
  return { input: { ...input, resolution: train.resolution }, classes, mean, deviation };
}
