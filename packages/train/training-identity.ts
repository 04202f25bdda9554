/** What must be the same for two trainings to come to the same bits. */
import { createHash } from 'node:crypto';
import type { TrainingData } from '@netspace/data/dataset';
import { layersOf, type BlockBuilder } from '@netspace/network/layers';
import type { Network } from '@netspace/network/network';
import type { Recipe } from './recipe.ts';
import { readVersions } from './versions.ts';

export interface TrainingIdentity {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly seed: number;
  /** The data set's name, and SHA-256 of the images and labels of both parts, with the normalisation. */
  readonly data: { readonly name: string; readonly fingerprint: string };
  /** Sums in another order, or by other kernels, are other bits. */
  readonly threads: string;
  readonly tensorflow: string;
  readonly kernels: string;
  readonly netspace: string;
  /** SHA-256 of the layers, where the blocks are of one's own making. */
  readonly layers?: string;
}

export function identify(
  network: Network,
  recipe: Recipe,
  data: TrainingData,
  seed: number,
  block?: BlockBuilder,
): TrainingIdentity {
  const { name: _name, ...shape } = network;
  const { tensorflow, kernels, netspace } = readVersions();
  const threads = process.env['TF_NUM_INTRAOP_THREADS'] ?? 'as many as there are';
  const { name } = data;
  const fingerprint = fingerprintOf(data);
  const layers = block && { layers: hashLayers(network, data, block) };
  return {
    network: shape,
    recipe,
    seed,
    data: { name, fingerprint },
    threads,
    tensorflow,
    kernels,
    netspace,
    ...layers,
  };
}

function hashLayers(network: Network, { train, classes }: TrainingData, block: BlockBuilder): string {
  const input = { resolution: train.resolution, channels: train.channels, classes: classes.length };
  const layers = layersOf(network, input, block);
  return createHash('sha256').update(JSON.stringify(layers)).digest('hex');
}

/** The first thing in which they differ, in words: `with recipe.epochs 10 instead of 5`. */
export function findDifference(found: TrainingIdentity, wanted: TrainingIdentity): string | undefined {
  const [theirs, ours] = [leavesOf(found), leavesOf(wanted)];
  const key = [...new Set([...ours.keys(), ...theirs.keys()])].find((k) => ours.get(k) !== theirs.get(k));
  return key && `with ${key} ${theirs.get(key) ?? 'absent'} instead of ${ours.get(key) ?? 'absent'}`;
}

/** Plain values by their path. */
function leavesOf(value: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, each]): [string, string][] =>
      typeof each === 'object' && each !== null
        ? [...leavesOf(each, `${prefix}${key}.`)]
        : [[`${prefix}${key}`, String(each)]],
    ),
  );
}

function fingerprintOf({ train, validation, mean, deviation }: TrainingData): string {
  const hash = createHash('sha256').update(JSON.stringify([mean, deviation]));
  for (const { count, resolution, channels, images, labels } of [train, validation])
    hash
      .update(JSON.stringify([count, resolution, channels]))
      .update(images)
      .update(labels);
  return hash.digest('hex');
}
