/** All that is told of a design space: what it declares, its size, what each rule removes, and networks drawn from it. */
import { aboutCount, withSubscripts } from '@netspace/report/space-wording';
import { findSpace } from '@netspace/space/builtin';
import { sampleNetworks, type SampledNetwork } from '@netspace/space/sample';
import { countSpace } from '@netspace/space/size';
import { formatSpace, parseSpace, type Space } from '@netspace/space/space';
import { stringify } from 'yaml';
import { messageOf } from './request.ts';
import type { DimensionLine, RuleEffect, SampledRow, SpacePiece, SpaceQuestion } from './space-work.ts';

const input = { resolution: 224, channels: 3, classes: 1000 };
/** Networks a piece: the page grows while they come. */
const portion = 50;
/** A space of which so many draws yield no portion is too narrow to wait for. */
const mostDraws = 300_000;

/** A mistake ends the pieces, in a sentence with its place. */
export function* piecesOf({ space: asked, seed, samples }: SpaceQuestion): Generator<SpacePiece> {
  try {
    const space = 'name' in asked ? findSpace(asked.name) : parseSpace(asked.yaml, 'space.yaml');
    yield factsOf(space);
    yield* networksOf(space, seed, samples);
    yield sizeOf(space);
    yield { kind: 'rules', effects: effectsOf(space) };
  } catch (error) {
    yield { kind: 'problem', problem: messageOf(error) };
  }
  yield { kind: 'done' };
}

function factsOf(space: Space): SpacePiece {
  const declared = formatSpace(space);
  return {
    kind: 'facts',
    name: space.name,
    sentence: space.sentence,
    declaration: stringify(declared).trimEnd(),
    dimensions: Object.entries(declared.dimensions ?? {}).map(([name, distribution]) =>
      lineOf(name, distribution),
    ),
  };
}

function lineOf(name: string, distribution: unknown): DimensionLine {
  const title = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof distribution !== 'object' || distribution === null)
    return { name: title, text: `always ${String(distribution)}` };
  if (Array.isArray(distribution)) return { name: title, text: `one of ${distribution.join(', ')}` };
  const { kind, low, high, step, values } = distribution as Record<string, unknown>;
  if (Array.isArray(values))
    return {
      name: title,
      text: values.length === 1 ? `always ${values.join()}` : `one of ${values.join(', ')}`,
    };
  return {
    name: title,
    text: `${String(low)} to ${String(high)}, steps of ${String(step)}, ${String(kind)}`,
  };
}

function* networksOf(space: Space, seed: number, samples: number): Generator<SpacePiece> {
  for (let first = 0; first < samples; first += portion) {
    const { networks, drawn } = sampleNetworks(space, {
      count: portion,
      seed: `${seed}/${first}`,
      input,
      mostDraws,
    });
    yield { kind: 'networks', networks: networks.map(rowOf), drawn };
  }
}

function rowOf({ network, complexity }: SampledNetwork): SampledRow {
  return {
    flops: complexity.flops,
    params: complexity.params,
    activations: complexity.activations,
    depths: network.stages.map(({ depth }) => depth),
    widths: network.stages.map(({ width }) => width),
  };
}

function sizeOf(space: Space): SpacePiece {
  const { points, dimensions, networks, interval } = countSpace(space);
  const exact = interval === undefined ? inThrees(points) : `about ${aboutCount(points)}`;
  const between = interval && `, between ${aboutCount(interval.low)} and ${aboutCount(interval.high)}`;
  const distinct = networks === undefined ? '' : `; ${inThrees(networks)} distinct networks`;
  return { kind: 'size', free: dimensions, text: `${exact} points${between ?? ''}${distinct}` };
}

/** Rules are added one after another, in the order in which the space has them. */
function effectsOf(space: Space): RuleEffect[] {
  const sizes = Array.from(
    { length: space.rules.length + 1 },
    (_, i) => countSpace({ ...space, rules: space.rules.slice(0, i) }).points,
  );
  return space.rules.map(({ name, limit, sentence }, i) => ({
    rule: limit === undefined ? name : `${name} ${limit}`,
    sentence: withSubscripts(sentence),
    before: aboutCount(sizes[i] ?? 0n),
    after: aboutCount(sizes[i + 1] ?? 0n),
  }));
}

function inThrees(count: bigint): string {
  return count.toString().replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}
