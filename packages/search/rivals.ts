/** What a found network has to be better than: the nearest published RegNet, and a ResNet, both of the same cost. */
import { countComplexity, type Complexity } from '@netspace/network/complexity';
import type { InputShape, Network } from '@netspace/network/network';
import { scaleNetwork, scalingFactors } from '@netspace/network/scale';
import { findModel, zoo } from '@netspace/network/zoo';

export interface Cost {
  readonly measure: keyof Complexity;
  readonly most: number;
}

/** A published network may stay below the budget by this share; one that is smaller still, or larger, is scaled. */
const nearEnough = 0.85;

/** Squeeze-and-excitation is compared with its like: RegNetY where the space has it, RegNetX elsewhere. */
export function findRivals(
  cost: Cost,
  input: InputShape,
  { seRatio }: { readonly seRatio: number },
): Network[] {
  const family = seRatio > 0 ? 'RegNetY' : 'RegNetX';
  const published = zoo.filter(({ name }) => name.startsWith(`${family}-`)).map(({ name }) => name);
  return [sizedTo(nearest(published, cost, input), cost, input), sizedTo('ResNet-50', cost, input)];
}

/** The one whose cost has the smallest ratio to the budget, or the budget to it. */
function nearest(names: readonly string[], cost: Cost, input: InputShape): string {
  const distance = (name: string): number =>
    Math.abs(Math.log(costOf(findModel(name).network, cost, input) / cost.most));
  return names.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

/** A published network as it is, or scaled in depth and width (section 4 of arXiv 2103.06877) to the most that the budget allows. */
function sizedTo(name: string, cost: Cost, input: InputShape): Network {
  const { network } = findModel(name);
  const own = costOf(network, cost, input);
  if (own <= cost.most && own >= nearEnough * cost.most) return { name, ...network };
  return { ...scaledTo(network, cost, input), name: `${name} scaled` };
}

/** Bisection over the factor: costs move in steps, since widths and depths are rounded, so the last that fits is taken. */
function scaledTo(network: Network, cost: Cost, input: InputShape): Network {
  let [low, high] = [1e-5, 1e3];
  let best = resized(network, low);
  for (let step = 0; step < 40; step++) {
    const middle = Math.sqrt(low * high);
    const candidate = resized(network, middle);
    if (costOf(candidate, cost, input) <= cost.most) [low, best] = [middle, candidate];
    else high = middle;
  }
  return best;
}

/** The stem shrinks along with the widths, which a scaler for large networks leaves alone: here it would be most of the cost. */
function resized(network: Network, factor: number): Network {
  const factors = scalingFactors('d1_w1_g1', factor);
  const width = Math.max(8, Math.round((network.stem.width * Math.min(1, factors.width)) / 8) * 8);
  return { ...scaleNetwork(network, factors), stem: { ...network.stem, width } };
}

function costOf(network: Network, { measure }: Cost, input: InputShape): number {
  return countComplexity(network, input)[measure];
}
