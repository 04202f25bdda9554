/** Models from and to files, as commands name them. */
import { decodeModel, encodeModel } from '@netspace/model/model-file';
import { ModelShapeError, type Model } from '@netspace/model/model';
import type { Dataset } from '@netspace/data/dataset';
import type { InputShape } from '@netspace/network/network';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './errors.ts';

export function readModel(file: string): Model {
  if (!existsSync(file)) throw new UsageError(`${file}: there is no such file`);
  return decodeModel(readFileSync(file), file);
}

/** Makes the folder of a file that is to be written later, so that a long training does not find out at its end. */
export function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
}

/** Whole or not at all: a reader never meets half a file. */
export function writeWhole(file: string, bytes: Uint8Array): void {
  prepareFile(file);
  const part = `${file}.part`;
  writeFileSync(part, bytes);
  renameSync(part, file);
}

export function writeModel(file: string, model: Model): void {
  writeWhole(file, encodeModel(model));
}

/** Images of this data set can go into a model for this input; their resolution may be another one. */
export function checkFit(
  file: string,
  { channels, classes }: InputShape,
  { name, train, ...data }: Dataset,
): void {
  if (channels !== train.channels)
    throw new ModelShapeError(
      `${file} takes images of ${channels} channels, but those of ${name} have ${train.channels}`,
    );
  if (classes !== data.classes.length)
    throw new ModelShapeError(
      `${file} tells ${classes} classes apart, but ${name} has ${data.classes.length}`,
    );
}
