/** A TensorFlow graph under construction: nodes in order, and a tape from which gradients are made. */

/** Types of elements, by their numbers in TensorFlow's DataType. */
export const elementTypes = {
  float32: 1,
  float64: 2,
  int32: 3,
  string: 7,
  int64: 9,
  bool: 10,
  resource: 20,
} as const;
export type ElementType = keyof typeof elementTypes;

/** Sizes of the dimensions; -1 where the size is known only when the graph runs (the batch). */
export type Shape = readonly number[];

/** One output of a node. */
export interface Tensor {
  readonly graph: Graph;
  /** `node:output`, as a session fetches it. */
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
  /** A map behind a ReLU: see rectified.ts. */
  readonly isRectified?: boolean;
  /** A gradient that is zero wherever its map is not positive. */
  readonly isGated?: boolean;
  /** Of a gradient: sums a channel of it, and of it times its map, [2, channel], which whoever made it has found. */
  readonly sums?: Tensor;
  /** A gradient that is zero but at the pixels that a stride sees, which have this one. */
  readonly scattered?: { readonly gradient: Tensor; readonly stride: number };
}

/** The value of a node's attribute; attributes that are left out get the operation's default. */
export type Attribute =
  | { readonly type: ElementType }
  | { readonly shape: Shape }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly tensor: { readonly type: ElementType; readonly shape: Shape; readonly content: Uint8Array } };

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Names of tensors; `^node` for what must merely run before. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A differentiable step. */
export type TapeStep = { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] } & (
  | {
      /** From the gradients of its outputs to those of its inputs (undefined: none flows). */
      readonly backward: (
        ...outputGradients: readonly (Tensor | undefined)[]
      ) => readonly (Tensor | undefined)[];
    }
  | {
      /** The same, and what has already arrived at the first input is added to that which is made. */
      readonly backwardOnto: (
        before: Tensor | undefined,
        ...outputGradients: readonly (Tensor | undefined)[]
      ) => readonly (Tensor | undefined)[];
    }
);

export interface Graph {
  readonly nodes: GraphNode[];
  readonly tape: TapeStep[];
  readonly names: Map<string, number>;
  /** Constants made before, by their content, so that a shape is written once. */
  readonly constants: Map<string, Tensor>;
}

/** A tensor that stays between runs. */
export interface Variable {
  readonly graph: Graph;
  readonly handle: Tensor;
  readonly shape: Shape;
}

export function newGraph(): Graph {
  return { nodes: [], tape: [], names: new Map(), constants: new Map() };
}

export interface NodeRequest {
  readonly op: string;
  readonly name?: string;
  readonly inputs: readonly Tensor[];
  /** Nodes that must run before, by the name of one of their tensors. */
  readonly after?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly { readonly shape: Shape; readonly type: ElementType }[];
}

/** Adds a node; its outputs in order. */
export function addNode(graph: Graph, request: NodeRequest): Tensor[] {
  const name = uniqueName(graph, request.name ?? request.op);
  graph.nodes.push({
    name,
    op: request.op,
    inputs: [
      ...request.inputs.map((input) => input.name),
      ...(request.after ?? []).map((tensor) => `^${nodeOf(tensor)}`),
    ],
    attributes: request.attributes ?? {},
  });
  return request.outputs.map(({ shape, type }, output) => ({
    graph,
    name: `${name}:${output}`,
    shape,
    type,
  }));
}

/** Adds a node of one output. */
export function addOne(
  graph: Graph,
  request: Omit<NodeRequest, 'outputs'> & { shape: Shape; type?: ElementType },
): Tensor {
  const { shape, type = 'float32', ...rest } = request;
  const [tensor] = addNode(graph, { ...rest, outputs: [{ shape, type }] });
  if (tensor === undefined) throw new Error(`node ${request.op} has no output`);
  return tensor;
}

/** An input of every run. */
export function placeholder(graph: Graph, name: string, shape: Shape, type: ElementType = 'float32'): Tensor {
  return addOne(graph, {
    op: 'Placeholder',
    name,
    inputs: [],
    attributes: { dtype: { type }, shape: { shape } },
    shape,
    type,
  });
}

const numberArrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;

/** A scalar, a vector, or a tensor of the given shape. The same constant asked for twice is one node. */
export function constant(
  graph: Graph,
  values: number | readonly number[],
  type: keyof typeof numberArrays = 'float32',
  shape: Shape = typeof values === 'number' ? [] : [values.length],
): Tensor {
  const list = typeof values === 'number' ? [values] : values;
  const key = `${type} ${shape.join()} ${list.join()}`;
  const known = graph.constants.get(key);
  if (known !== undefined) return known;
  const content = new Uint8Array(numberArrays[type].from(list).buffer);
  const attributes = { dtype: { type }, value: { tensor: { type, shape, content } } };
  const tensor = addOne(graph, { op: 'Const', inputs: [], attributes, shape, type });
  graph.constants.set(key, tensor);
  return tensor;
}

export function variable(graph: Graph, name: string, shape: Shape): Variable {
  const handle = addOne(graph, {
    op: 'VarHandleOp',
    name,
    inputs: [],
    attributes: { dtype: { type: 'float32' }, shape: { shape }, shared_name: { text: name } },
    shape: [],
    type: 'resource',
  });
  return { graph, handle, shape };
}

/** The variable's value when this node runs; `after` puts it behind an update. */
export function readVariable(source: Variable, after: readonly string[] = []): Tensor {
  return addOne(source.graph, {
    op: 'ReadVariableOp',
    inputs: [source.handle],
    after,
    attributes: { dtype: { type: 'float32' } },
    shape: source.shape,
  });
}

/** The name of the update, to put others behind it. */
export function assignVariable(target: Variable, value: Tensor): string {
  const name = uniqueName(target.graph, 'AssignVariableOp');
  target.graph.nodes.push({
    name,
    op: 'AssignVariableOp',
    inputs: [target.handle.name, value.name],
    attributes: { dtype: { type: 'float32' } },
  });
  return name;
}

/** A tensor to fetch that is there only when all updates have run: sessions fetch tensors, never mere operations. */
export function afterUpdates(value: Tensor, updates: readonly string[], name: string): Tensor {
  return addOne(value.graph, {
    op: 'Identity',
    name,
    inputs: [value],
    after: updates,
    attributes: { T: { type: value.type } },
    shape: value.shape,
    type: value.type,
  });
}

export function record(step: TapeStep): void {
  step.outputs[0]?.graph.tape.push(step);
}

/** Number of elements; throws where a dimension is open. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => {
    if (size < 0)
      throw new Error(`shape [${shape.join(', ')}] has an open dimension, so its size is not known`);
    return product * size;
  }, 1);
}

export function nodeOf(tensor: string): string {
  return tensor.split(':', 1)[0] ?? tensor;
}

/** `Relu`, `Relu_1`, `Relu_2`, … No commas: sessions split lists of names at them. */
function uniqueName(graph: Graph, wanted: string): string {
  const base = wanted.replace(/[^A-Za-z0-9_.]/g, '_');
  const uses = graph.names.get(base) ?? 0;
  graph.names.set(base, uses + 1);
  return uses === 0 ? base : uniqueName(graph, `${base}_${uses}`);
}
