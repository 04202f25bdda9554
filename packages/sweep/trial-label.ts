/** A stored trial in a few words, for a display. */
import type { Network } from '@netspace/network/network';
import type { StoredTrial } from '@netspace/store/store';
import type { TrialLabel } from './sweep-event.ts';

export function labelTrial(trial: StoredTrial): TrialLabel {
  return {
    id: trial.id,
    index: trial.index,
    space: trial.space,
    shape: describeShape(trial.network),
    flops: trial.flops ?? 0,
    cost: trial.cost,
    epochs: Number(trial.recipe?.epochs ?? 1),
    rung: trial.rung,
  };
}

/** "depths 1,1,4,7 widths 24,56,152,368": blocks and channels of each stage. */
function describeShape({ stages }: Network): string {
  return `depths ${stages.map((stage) => stage.depth)} widths ${stages.map((stage) => stage.width)}`;
}
