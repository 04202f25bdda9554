/** Layers that are computed together: a convolution, the batch norm behind it, which takes its moments, and the activation behind that. */
import type { BatchNorm, Convolution, Layer, Residual } from '@netspace/network/layer';
import { isGroupedFaster } from '@netspace/tensorflow/grouped';

/** A batch norm with what surrounds it. */
export interface NormalisedStep {
  readonly kind: 'normalised';
  /** Without bias: 1x1 of one group, or a 3x3 that ours is faster for. */
  readonly convolution?: Convolution;
  readonly norm: BatchNorm;
  readonly relu: boolean;
}

/** A residual whose branch ends with a batch norm, and the activation behind the sum. */
interface ResidualStep {
  readonly kind: 'residual';
  readonly residual: Residual;
  readonly branch: readonly LayerStep[];
  readonly end: NormalisedStep;
}

interface PlainStep {
  readonly kind: 'plain';
  readonly layer: Layer;
}

export type LayerStep = NormalisedStep | ResidualStep | PlainStep;

/** Layers in the same order, a step each or several. Residuals that are masked by `isMasked` stay apart from what follows them. */
export function stepsOf(layers: readonly Layer[], isMasked: (residual: Residual) => boolean): LayerStep[] {
  const steps: LayerStep[] = [];
  for (let at = 0; at < layers.length;) {
    const { step, taken } = firstStep(layers.slice(at, at + 3), isMasked);
    steps.push(step);
    at += taken;
  }
  return steps;
}

interface FirstStep {
  readonly step: LayerStep;
  /** How many layers it takes. */
  readonly taken: number;
}

function firstStep(layers: readonly Layer[], isMasked: (residual: Residual) => boolean): FirstStep {
  const [first, second, third] = layers;
  if (first === undefined) throw new Error('there is no layer to begin with');
  if (first.kind === 'batch-norm') {
    const relu = isRelu(second);
    return { step: { kind: 'normalised', norm: first, relu }, taken: relu ? 2 : 1 };
  }
  if (first.kind === 'convolution' && hasOwnOperation(first) && second?.kind === 'batch-norm') {
    const relu = isRelu(third);
    return { step: { kind: 'normalised', convolution: first, norm: second, relu }, taken: relu ? 3 : 2 };
  }
  if (first.kind === 'residual' && !isMasked(first)) {
    const branch = stepsOf(first.layers, isMasked);
    const end = branch.at(-1);
    const relu = isRelu(second);
    if (end?.kind === 'normalised' && !end.relu)
      return {
        step: { kind: 'residual', residual: first, branch: branch.slice(0, -1), end: { ...end, relu } },
        taken: relu ? 2 : 1,
      };
  }
  return { step: { kind: 'plain', layer: first }, taken: 1 };
}

function isRelu(layer: Layer | undefined): boolean {
  return layer?.kind === 'activation' && layer.activation === 'relu';
}

/** Whether one of our own operations computes it: 1x1 of one group, or a 3x3 that ours is faster for. */
export function hasOwnOperation(layer: Convolution): boolean {
  return !layer.bias && (isPointwise(layer) || isGrouped(layer));
}

function isPointwise({ kernel, groups }: Convolution): boolean {
  return kernel === 1 && groups === 1;
}

function isGrouped({ kernel, groups, inputWidth, outputWidth, stride }: Convolution): boolean {
  return (
    kernel === 3 && inputWidth === outputWidth && isGroupedFaster(inputWidth, inputWidth / groups, stride)
  );
}
