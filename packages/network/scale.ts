/**
 * Makes a network larger or smaller in depth, width, group width and resolution at once.
 * Section 4 of "Fast and Accurate Model Scaling" (arXiv 2103.06877): flops grow as d · w² · r², activations as d · w · r².
 */
import { adjustStage } from './compatibility.ts';
import type { Network, Stage } from './network.ts';
import { roundHalfEven } from './rounding.ts';

/** What each dimension is multiplied by. */
export interface ScalingFactors {
  readonly depth: number;
  readonly width: number;
  readonly groupWidth: number;
  readonly resolution: number;
}

/** A way or an amount of scaling that cannot be understood. */
export class ScalingError extends Error {
  readonly code = 'SCALING';
}

type Dimension = 'd' | 'w' | 'g' | 'r';

/**
 * `factor` multiplies the flops. `type` shares it out: letters of d, w, g, r with equal shares (`d`, `dw`, `dwr`), or with
 * weights (`d1_w2`; `d1_w8_g8_r1` is the paper's fast compound scaling); empty for no scaling.
 * With e_d + e_w + e_r = 1 the depth grows by factor^e_d, width and resolution by factor^(e/2). Group widths change no flops of
 * the 1x1 convolutions, so g is not in the sum; given the weight of w they keep pace with the widths.
 */
export function scalingFactors(type: string, factor: number): ScalingFactors {
  if (!(factor > 0 && factor <= 1e6))
    throw new ScalingError(`factor ${factor}: it must be above 0; 2 doubles the flops, 0.5 halves them`);
  const { d, w, g, r } = parseWeights(type);
  const sum = d + w + r || g / 2 || 1;
  return {
    depth: factor ** (d / sum),
    width: factor ** (w / sum / 2),
    groupWidth: factor ** (g / sum / 2),
    resolution: factor ** (r / sum / 2),
  };
}

/**
 * Depths are rounded; widths and group widths are rounded to multiples of 8 (small group widths to 1, 2 or 4) and then made to
 * fit each other. The stem, the head and the name stay. The resolution is the caller's to scale: `scaleResolution`.
 */
export function scaleNetwork(network: Network, factors: ScalingFactors): Network {
  return { ...network, stages: network.stages.map((stage) => scaleStage(stage, factors)) };
}

/** To a multiple of 4 pixels. */
export function scaleResolution(resolution: number, factors: ScalingFactors): number {
  return Math.max(4, roundHalfEven((resolution * factors.resolution) / 4) * 4);
}

function scaleStage(stage: Stage, factors: ScalingFactors): Stage {
  return adjustStage({
    ...stage,
    depth: Math.max(1, roundHalfEven(stage.depth * factors.depth)),
    width: Math.max(1, roundHalfEven((stage.width * factors.width) / 8)) * 8,
    groupWidth: scaleGroupWidth(stage.groupWidth * factors.groupWidth),
  });
}

/** Rounded twice, to a whole number and then to a multiple of 8, as the published scaler does: 84.2 → 84 → 80. */
function scaleGroupWidth(exact: number): number {
  const whole = Math.max(1, roundHalfEven(exact));
  if (whole <= 2) return whole;
  return whole <= 5 ? 4 : roundHalfEven(whole / 8) * 8;
}

function parseWeights(type: string): Record<Dimension, number> {
  const weights = { d: 0, w: 0, g: 0, r: 0 };
  const terms = /^[dwgr]*$/.test(type) ? [...type].map((letter) => `${letter}1`) : type.split('_');
  for (const term of terms) {
    const [, letter, weight] = /^([dwgr])(\d+(?:\.\d+)?)$/.exec(term) ?? [];
    if (letter === undefined)
      throw new ScalingError(
        `scaling type ${JSON.stringify(type)}: write letters of d, w, g, r (dw), or with weights (d1_w8_g8_r1)`,
      );
    weights[letter as Dimension] = Number(weight);
  }
  return weights;
}
