/** What a training begins with and leaves behind, where the options of `train` name files of models. */
import type { TrainingData } from '@netspace/data/dataset';
import { bestCopy, modelOf } from '@netspace/model/model';
import { requireNetwork, transfer } from '@netspace/model/transfer';
import type { InputShape, Network } from '@netspace/network/network';
import type { TrainingOptions } from '@netspace/train/train';
import { prepareFile, readModel, writeModel } from './model-file.ts';
import { say } from './output.ts';

export interface ModelFileOptions {
  readonly from?: string;
  readonly save?: string;
}

/** Reads the one file at once, and makes sure of the other's folder before hours have passed. */
export function modelOptions(
  { from, save }: ModelFileOptions,
  network: Network,
  data: TrainingData,
): Pick<TrainingOptions, 'begin' | 'onTrained'> {
  const { classes, mean, deviation, train } = data;
  const input = { resolution: train.resolution, channels: train.channels, classes: classes.length };
  const begin = from === undefined ? {} : beginWith(from, network, input);
  if (save === undefined) return begin;
  prepareFile(save);
  const about = { network, input, classes, mean, deviation };
  const learned = { ...about, data: { name: data.name, checksum: data.checksum } };
  return { ...begin, onTrained: (state) => writeModel(save, modelOf(learned, bestCopy(state))) };
}

function beginWith(file: string, network: Network, input: InputShape): Pick<TrainingOptions, 'begin'> {
  const model = readModel(file);
  requireNetwork(model, network);
  return {
    begin: (drawn) => {
      const { state, drawn: left } = transfer(model, network, input, drawn);
      if (left.length > 0) say(`drawn anew, since ${file} has them in another size: ${left.join(', ')}`);
      return { ...drawn, ...state };
    },
  };
}
