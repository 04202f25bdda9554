/**
 * Encodes a graph as TensorFlow's SavedModel, the only form in which tfjs-node takes a whole graph.
 *
 * Field numbers are those of saved_model.proto, meta_graph.proto, graph.proto, node_def.proto, attr_value.proto and
 * tensor.proto of TensorFlow 2. A folder with the one file `saved_model.pb` and the tag `serve` suffices to load it.
 */
import {
  elementTypes,
  type Attribute,
  type Graph,
  type GraphNode,
  type Shape,
  type Tensor,
} from './graph.ts';
import { protobufWriter, type ProtobufWriter } from './protobuf.ts';

/** The graph format's version that this writer keeps to; TensorFlow reads every newer and older one within its window. */
const PRODUCER = 1395;

/** What others call by name: tensors that are fed, and tensors that come out, by the names of arguments and results. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** `signatures` by their names, such as `serving_default`; our own sessions need none. */
export function encodeSavedModel(
  graph: Graph,
  signatures: Readonly<Record<string, Signature>> = {},
): Uint8Array {
  const out = protobufWriter(1 << 18);
  out.varint(1, 1);
  out.message(2, () => {
    out.message(1, () => {
      out.text(4, 'serve');
      out.text(5, '2.21.0');
    });
    out.message(2, () => writeGraph(out, graph));
    for (const [name, signature] of Object.entries(signatures))
      writeEntry(out, 5, name, () => writeSignature(out, signature));
  });
  return out.finish();
}

function writeSignature(out: ProtobufWriter, { inputs, outputs }: Signature): void {
  for (const [field, tensors] of [inputs, outputs].entries())
    for (const [name, { name: tensor, type, shape }] of Object.entries(tensors))
      writeEntry(out, field + 1, name, () => {
        out.text(1, tensor);
        out.varint(2, elementTypes[type]);
        out.message(3, () => writeShape(out, shape));
      });
  out.text(3, 'tensorflow/serving/predict');
}

/** An entry of a map is a message of key and value. */
function writeEntry(out: ProtobufWriter, field: number, key: string, writeValue: () => void): void {
  out.message(field, () => {
    out.text(1, key);
    out.message(2, writeValue);
  });
}

function writeGraph(out: ProtobufWriter, graph: Graph): void {
  for (const node of graph.nodes) out.message(1, () => writeNode(out, node));
  out.message(4, () => out.varint(1, PRODUCER));
}

function writeNode(out: ProtobufWriter, node: GraphNode): void {
  out.text(1, node.name);
  out.text(2, node.op);
  for (const input of node.inputs) out.text(3, input);
  for (const [name, attribute] of Object.entries(node.attributes))
    writeEntry(out, 5, name, () => writeAttribute(out, attribute));
}

function writeAttribute(out: ProtobufWriter, value: Attribute): void {
  if ('text' in value) out.text(2, value.text);
  else if ('int' in value) out.varint(3, value.int);
  else if ('float' in value) out.float(4, value.float);
  else if ('bool' in value) out.varint(5, value.bool ? 1 : 0);
  else if ('type' in value) out.varint(6, elementTypes[value.type]);
  else if ('shape' in value) out.message(7, () => writeShape(out, value.shape));
  else if ('ints' in value) out.message(1, () => out.packed(3, value.ints));
  else {
    const { type, shape, content } = value.tensor;
    out.message(8, () => {
      out.varint(1, elementTypes[type]);
      out.message(2, () => writeShape(out, shape));
      out.bytes(4, content);
    });
  }
}

function writeShape(out: ProtobufWriter, shape: Shape): void {
  for (const size of shape) out.message(2, () => out.varint(1, size));
}
