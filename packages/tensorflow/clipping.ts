/** Gradients no longer than a limit. */
import { times } from './elementwise.ts';
import { addOne, constant, type Tensor } from './graph.ts';

const FLOAT = { T: { type: 'float32' } } as const;

/**
 * All gradients times min(1, limit / (norm + 1e-6)), with the norm of all of them as one vector: PyTorch's clip_grad_norm_.
 * A gradient that is not finite stays so: it becomes NaN, and the next loss shows it.
 */
export function clipGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const [first] = gradients;
  if (first === undefined) return [];
  const { graph } = first;
  const scalar = (op: string, inputs: readonly Tensor[], attributes = {}) =>
    addOne(graph, { op, inputs, attributes: { ...FLOAT, ...attributes }, shape: [] });
  // L2Loss is half the sum of squares.
  const halves = gradients.map((gradient) => scalar('L2Loss', [gradient]));
  const half = scalar('AddN', halves, { N: { int: halves.length } });
  const norm = scalar('Sqrt', [times(half, constant(graph, 2))]);
  const share = scalar('RealDiv', [constant(graph, limit), scalar('AddV2', [norm, constant(graph, 1e-6)])]);
  const factor = scalar('Minimum', [share, constant(graph, 1)]);
  return gradients.map((gradient) => times(gradient, factor));
}
