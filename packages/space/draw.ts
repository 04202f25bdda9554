/** One draw of a space: a point of its dimensions under its rules, and the network that it stands for. */
import type { Network } from '@netspace/network/network';
import { mayHaveLevels, quantizeStages } from '@netspace/network/quantize';
import { drawer } from '@netspace/stats/distribution';
import type { Random } from '@netspace/stats/random';
import type { DimensionName } from './declaration.ts';
import { valuesOf } from './dimensions.ts';
import { slopeIsInitialWidth, slopesFor, type StageDimension } from './rule.ts';
import { isShared, relationsOf, sequenceDrawer } from './sequence.ts';
import type { Space } from './space.ts';
import { groupDimension, networkOf, stageMaker } from './stages.ts';
import { brokenOrders } from './violation.ts';

export interface Draw {
  readonly network: Network;
  /** Of a regnet: depth, initialWidth, widthSlope, widthMultiplier, as drawn. */
  readonly generator?: Readonly<Record<string, number>>;
}

/** Nothing where a point makes no member: a RegNet that is not regular, or has another number of stages. */
export type DrawNetwork = (stream: Random) => Draw | undefined;

/**
 * Prepares the space once; each call then draws one point. Rules on stages hold by construction, or no network comes of the
 * draw (depths of a regnet); rules on the whole network (`predicatesOf`) are not looked at.
 */
export function drawerOf(space: Space): DrawNetwork {
  return space.generator === 'anynet' ? anynetDrawer(space) : regnetDrawer(space);
}

function anynetDrawer(space: Space): DrawNetwork {
  const stages = space.stages.high;
  const makeStage = stageMaker(space);
  const places = Array.from({ length: stages }, (_, i) => i);
  const depths = stageValues(space, 'depth', stages);
  const widths = stageValues(space, 'width', stages);
  const ratios = stageValues(space, 'bottleneckRatio', stages);
  const groups = stageValues(space, 'group', stages);
  return (stream) => {
    const [depth, width, ratio, group] = [depths(stream), widths(stream), ratios(stream), groups(stream)];
    const made = places.map((i) => {
      const [d = NaN, w = NaN, b = NaN, g = NaN] = [depth[i], width[i], ratio[i], group[i]];
      const stage = { depth: d, width: w, bottleneckRatio: b, group: g };
      return makeStage(stage, i);
    });
    return { network: networkOf(space, made) };
  };
}

/** Draws a value for each stage; the list that a call returns holds until the next. */
function stageValues(
  space: Space,
  dimension: StageDimension,
  stages: number,
): (stream: Random) => readonly number[] {
  const discrete = valuesOf(space.dimensions, dimension === 'group' ? groupDimension(space) : dimension);
  const values = Array.from({ length: stages }, () => NaN);
  if (isShared(space.rules, dimension)) {
    const draw = drawer(discrete);
    return (stream) => values.fill(draw(stream));
  }
  const draw = sequenceDrawer(discrete, relationsOf(space.rules, dimension, stages));
  return (stream) => {
    draw(stream, values);
    return values;
  };
}

function regnetDrawer(space: Space): DrawNetwork {
  const of = (name: DimensionName) => drawer(valuesOf(space.dimensions, name));
  const depths = of('depth');
  const initialWidths = of('initialWidth');
  const widthSlopes = of('widthSlope');
  const widthMultipliers = of('widthMultiplier');
  const bottleneckRatios = of('bottleneckRatio');
  const groups = of(groupDimension(space));
  const makeStage = stageMaker(space);
  const { low, high } = space.stages;
  const slopes = valuesOf(space.dimensions, 'widthSlope').values;
  const follows = slopeIsInitialWidth(space.rules);
  return (stream) => {
    const [blocks, initialWidth] = [depths(stream), initialWidths(stream)];
    const generator = {
      depth: blocks,
      initialWidth,
      widthSlope: follows ? (slopesFor(space.rules, initialWidth, slopes)[0] ?? NaN) : widthSlopes(stream),
      widthMultiplier: widthMultipliers(stream),
    };
    const bottleneckRatio = bottleneckRatios(stream);
    const group = groups(stream);
    if (Number.isNaN(generator.widthSlope) || !mayHaveLevels(generator, low, high)) return undefined;
    const { stages, levels } = quantizeStages(generator);
    // A level that is skipped, or two of one width: no regular RegNet.
    if (levels < low || levels > high || stages.length !== levels) return undefined;
    const made = stages.map(({ depth, width }, i) => makeStage({ depth, width, bottleneckRatio, group }, i));
    if (brokenOrders(made, space.rules).length > 0) return undefined;
    return { network: networkOf(space, made), generator };
  };
}
