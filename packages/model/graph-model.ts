/**
 * A model as TensorFlow.js' graph model: `model.json` and shards of weights, as tensorflowjs_converter would write them.
 *
 * The graph is GraphDef in protocol buffers' JSON form, without the values of its constants: these lie one behind the other in the
 * shards, in the order of `weightsManifest`. Input `images`, outputs `logits` and `probabilities`, as in the SavedModel.
 */
import type { Attribute, ElementType, GraphNode, Shape, Tensor } from '@netspace/tensorflow/graph';
import { nodeOf } from '@netspace/tensorflow/graph';
import { netspaceVersion } from '@netspace/train/netspace-version';
import { buildInferenceGraph } from './inference-graph.ts';
import type { Model, ModelFile } from './model.ts';

/** Bytes a shard: browsers keep files up to this size in their cache, and fetch several at a time. */
const SHARD = 4 * 1024 * 1024;

const jsonTypes: Readonly<Record<ElementType, string>> = {
  float32: 'DT_FLOAT',
  float64: 'DT_DOUBLE',
  int32: 'DT_INT32',
  string: 'DT_STRING',
  int64: 'DT_INT64',
  bool: 'DT_BOOL',
  resource: 'DT_RESOURCE',
};

interface Weight {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly content: Uint8Array;
}

/** `model.json` first. */
export function encodeGraphModel(model: Model): ModelFile[] {
  const { graph, images, logits, probabilities } = buildInferenceGraph(model, 'expanded');
  const weights = graph.nodes.flatMap(weightOf);
  const shards = cutShards(weights.map(({ content }) => content));
  const outputs = { logits, probabilities };
  const described = {
    format: 'graph-model',
    generatedBy: `netspace ${netspaceVersion}`,
    convertedBy: `netspace ${netspaceVersion}`,
    signature: { inputs: describe({ images }), outputs: describe(outputs) },
    userDefinedMetadata: {
      structuredOutputKeys: Object.keys(outputs),
      classes: model.classes,
    },
    modelTopology: { node: graph.nodes.map(encodeNode), library: {}, versions: { producer: 1395 } },
    weightsManifest: [
      {
        paths: shards.map(({ name }) => name),
        weights: weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
  };
  return [{ name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(described)) }, ...shards];
}

function weightOf({ name, attributes }: GraphNode): Weight[] {
  const { value } = attributes;
  if (value === undefined || !('tensor' in value)) return [];
  const { type, shape, content } = value.tensor;
  return [{ name, shape, dtype: type, content }];
}

function cutShards(contents: readonly Uint8Array[]): ModelFile[] {
  const whole = Buffer.concat(contents);
  const count = Math.ceil(whole.length / SHARD);
  return Array.from({ length: count }, (_, i) => ({
    name: `weights-${i + 1}-of-${count}.bin`,
    bytes: whole.subarray(i * SHARD, (i + 1) * SHARD),
  }));
}

function describe(tensors: Readonly<Record<string, Tensor>>): Record<string, unknown> {
  const entries = Object.entries(tensors).map(([key, { name, type, shape }]) => [
    key,
    { name, dtype: jsonTypes[type], tensorShape: encodeShape(shape) },
  ]);
  return Object.fromEntries(entries);
}

function encodeNode({ name, op, inputs, attributes }: GraphNode): Record<string, unknown> {
  const encoded = Object.entries(attributes).map(([key, value]) => [key, encodeAttribute(value)]);
  return { name, op, input: inputs.map(encodeInput), attr: Object.fromEntries(encoded) };
}

/** `node` is its first output: `node:0` is another name of the same. */
function encodeInput(tensor: string): string {
  return tensor.endsWith(':0') ? nodeOf(tensor) : tensor;
}

/** Whole numbers of 64 bits are texts in this form, and bytes are base64. */
function encodeAttribute(value: Attribute): Record<string, unknown> {
  if ('text' in value) return { s: Buffer.from(value.text).toString('base64') };
  if ('int' in value) return { i: String(value.int) };
  if ('float' in value) return { f: value.float };
  if ('bool' in value) return { b: value.bool };
  if ('type' in value) return { type: jsonTypes[value.type] };
  if ('shape' in value) return { shape: encodeShape(value.shape) };
  if ('ints' in value) return { list: { i: value.ints.map(String) } };
  const { type, shape } = value.tensor;
  return { tensor: { dtype: jsonTypes[type], tensorShape: encodeShape(shape) } };
}

function encodeShape(shape: Shape): { dim: { size: string }[] } {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}
