/** A window of complexity: ranges that a network's flops, params and activations must lie in. Section 3.1. */
import type { Complexity } from '@netspace/network/complexity';
import type { Range } from '@netspace/network/quantity';

/** Both ends of a range are inside; what is left out is not limited. */
export interface Window {
  readonly flops?: Range;
  readonly params?: Range;
  readonly activations?: Range;
}

export function isInside({ flops, params, activations }: Complexity, window: Window): boolean {
  return (
    within(flops, window.flops) && within(params, window.params) && within(activations, window.activations)
  );
}

/** The upper ends. */
export function limitsOf({ flops, params, activations }: Window): Complexity {
  return {
    flops: flops?.high ?? Infinity,
    params: params?.high ?? Infinity,
    activations: activations?.high ?? Infinity,
  };
}

function within(value: number, range: Range | undefined): boolean {
  return range === undefined || (value >= range.low && value <= range.high);
}
