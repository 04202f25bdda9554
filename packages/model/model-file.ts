/**
 * The file of a model: safetensors with timm's names, and all else a model is in the header's metadata.
 *
 * Metadata (each a text, numbers and lists as JSON): `format` "pt", `netspace` "model/1", `network`, `classes`, `mean` and `deviation` (units of
 * 0 to 255), `resolution`, `channels`; `data` and `checksum` where the data set is known; `timm` with the arguments of timm's RegNetCfg where
 * timm can make the network.
 */
import { formatNetwork, parseNetwork } from '@netspace/network/interchange';
import type { InputShape } from '@netspace/network/network';
import { z } from 'zod';
import { modelTensors, valueOf, type Model } from './model.ts';
import { readSafetensors, writeSafetensors, type Safetensors, type TensorData } from './safetensors.ts';
import { fromTimm, timmName, timmShape, toTimm } from './tensor-layout.ts';
import { timmConfiguration } from '@netspace/network/timm';

/** A file that is no model of ours, or whose tensors are not those of its network. */
export class ModelFileError extends Error {
  readonly code = 'MODEL_FILE';
}

const FORMAT = 'model/1';

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

const count = json.pipe(z.int().min(1).max(1_000_000));

const metadataSchema = z.object({
  network: json,
  classes: json.pipe(z.array(z.string()).min(1)),
  mean: json.pipe(z.array(z.number())),
  deviation: json.pipe(z.array(z.number().min(0))),
  resolution: count,
  channels: count,
  data: z.string().optional(),
  checksum: z.string().optional(),
});

export function encodeModel(model: Model): Uint8Array {
  const { network, input, values } = model;
  const tensors = modelTensors(network, input).map(
    (tensor) => [timmName(tensor.name), toTimm(tensor, valueOf(values, tensor.name))] as const,
  );
  return writeSafetensors({ metadata: describe(model), tensors: new Map(tensors) });
}

/** `source` is the file's name for errors. */
export function decodeModel(file: Uint8Array, source: string): Model {
  const { metadata, tensors } = readSafetensors(file, source);
  const { netspace: format } = metadata;
  if (format === undefined)
    throw new ModelFileError(
      `${source} does not say which network its tensors are of; netspace model import takes such files`,
    );
  if (format !== FORMAT)
    throw new ModelFileError(`${source} is of the format ${format}; this netspace reads ${FORMAT}`);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ModelFileError(
      `${source}: the metadata's ${String(issue?.path[0])} is missing or wrong: ${issue?.message}`,
    );
  }
  const { classes, mean, deviation, resolution, channels, data, checksum } = parsed.data;
  const network = parseNetwork(parsed.data.network, source);
  for (const [name, list] of Object.entries({ mean, deviation }))
    if (list.length !== channels)
      throw new ModelFileError(
        `${source}: the metadata's ${name} has ${list.length} values for ${channels} channels`,
      );
  return importTensors(tensors, source, {
    network,
    input: { resolution, channels, classes: classes.length },
    classes,
    mean,
    deviation,
    ...(data === undefined || checksum === undefined ? {} : { data: { name: data, checksum } }),
  });
}

/** A model of tensors in timm's names and layouts that somebody else has written. Each must be there, in its shape, and no other. */
export function importTensors(
  tensors: ReadonlyMap<string, TensorData>,
  source: string,
  about: Omit<Model, 'values'>,
): Model {
  const left = new Set(tensors.keys());
  const values = new Map<string, Float32Array>();
  for (const tensor of modelTensors(about.network, about.input)) {
    const name = timmName(tensor.name);
    const found = tensors.get(name);
    const shape = timmShape(tensor);
    if (found === undefined) throw new ModelFileError(`${source} has no ${name} of [${shape.join(', ')}]`);
    if (found.shape.join() !== shape.join())
      throw new ModelFileError(
        `${source}: ${name} is of [${found.shape.join(', ')}], but the network has [${shape.join(', ')}] there`,
      );
    values.set(tensor.name, fromTimm(tensor, found.values));
    left.delete(name);
  }
  const [odd] = left;
  if (odd !== undefined)
    throw new ModelFileError(
      `${source} has ${left.size} ${left.size === 1 ? 'tensor' : 'tensors'} that the network does not have: ${odd} is the first`,
    );
  return { ...about, values };
}

/** Channels and classes of a timm file, which its first and last weights tell. */
export function importedInput({ tensors }: Safetensors, source: string, resolution: number): InputShape {
  const channels = tensors.get('stem.conv.weight')?.shape[1];
  const classes = tensors.get('head.fc.weight')?.shape[0];
  if (channels === undefined || classes === undefined)
    throw new ModelFileError(
      `${source} has no stem.conv.weight and head.fc.weight, so it is not a model in the names of timm's RegNets`,
    );
  return { resolution, channels, classes };
}

function describe({ network, input, classes, mean, deviation, data }: Model): Record<string, string> {
  const timm = timmConfiguration(network);
  return {
    format: 'pt',
    netspace: FORMAT,
    network: formatNetwork(network),
    classes: JSON.stringify(classes),
    mean: JSON.stringify(mean),
    deviation: JSON.stringify(deviation),
    resolution: String(input.resolution),
    channels: String(input.channels),
    ...(data === undefined ? {} : { data: data.name, checksum: data.checksum }),
    ...('arguments' in timm ? { timm: JSON.stringify(timm.arguments) } : {}),
  };
}
