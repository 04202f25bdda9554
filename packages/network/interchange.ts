/** Networks as JSON, NDJSON and YAML: the form that files, pipes and stores have in common. */
import { z } from 'zod';
import { innerWidth } from './compatibility.ts';
import { describeIssue, type Path } from './issue.ts';
import type { Network } from './network.ts';
import { readSource } from './source.ts';

/** Text or data that is not a network; the message names the source, the place and what would be right. */
export class NetworkError extends Error {
  readonly code = 'NETWORK';
}

/** Limits first: zod's whole numbers come with a limit of their own, which says less. */
const widthSchema = z.number().min(1).max(1_000_000).int();

const stageSchema = z.strictObject({
  depth: z.number().min(1).max(1000).int(),
  width: widthSchema,
  stride: z.literal([1, 2]).default(2),
  bottleneckRatio: z.number().min(0.01).max(100).default(1),
  groupWidth: widthSchema.default(1),
});

/** The interchange form; everything but `stages` has a default. */
export const networkSchema = z.strictObject({
  name: z.string().max(200).optional(),
  stem: z
    .strictObject({
      kind: z.enum(['simple', 'cifar', 'imagenet']).default('simple'),
      width: widthSchema.default(32),
    })
    .default({ kind: 'simple', width: 32 }),
  stages: z.array(stageSchema).min(1).max(8),
  block: z
    .enum(['bottleneck', 'linear-bottleneck', 'basic', 'vanilla', 'single', 'single-residual'])
    .default('bottleneck'),
  seRatio: z.number().min(0).max(1).default(0),
  head: z.strictObject({ width: z.number().min(0).max(1_000_000).int().default(0) }).default({ width: 0 }),
  activation: z.enum(['relu', 'silu']).default('relu'),
});

/** A checked network, gaps filled. `where` names its place in errors: `trial 3`. */
export function parseNetwork(value: unknown, where: string): Network {
  const { network, mistake } = checkNetwork(value);
  if (mistake !== undefined) throw new NetworkError(`${where}: ${mistake.message}`);
  return network;
}

/**
 * One network, an array of them, or one a line or YAML document; `source` is the file's name for errors. A record that carries its network
 * under `network`, such as a trial or a published model, stands for that network.
 */
export function parseNetworks(text: string, source: string): Network[] {
  if (text.trim() === '')
    throw new NetworkError(`${source} is empty; it should hold a network, an array of them, or one a line`);
  const found = readSource(text);
  if ('problem' in found) throw new NetworkError(`${place(source, found.at)}: ${found.problem}`);
  if (found.values.length === 0) throw new NetworkError(`${source} holds no network`);
  return found.values.map((value, i) => {
    const { network, mistake } = checkNetwork(carriedNetwork(value));
    if (mistake === undefined) return network;
    const ordinal = found.values.length === 1 ? '' : `network ${i + 1}, `;
    const at = found.locate(i, mistake.path, mistake.key);
    throw new NetworkError(`${place(source, at)}: ${ordinal}${mistake.message}`);
  });
}

function carriedNetwork(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'stages' in value || !('network' in value)) return value;
  const { network } = value;
  if (!('name' in value) || typeof network !== 'object') return network;
  return { name: value.name, ...network };
}

/** One line of JSON with keys in a fixed order. */
export function formatNetwork(network: Network): string {
  const named = network.name === undefined ? {} : { name: network.name };
  return JSON.stringify({ ...named, ...canonical(network) });
}

/** The same for two networks if and only if they differ in nothing but their name. */
export function networkKey(network: Network): string {
  return JSON.stringify(canonical(network));
}

function canonical({ stem, stages, block, seRatio, head, activation }: Network): Network {
  return {
    stem: { kind: stem.kind, width: stem.width },
    stages: stages.map(({ depth, width, stride, bottleneckRatio, groupWidth }) => ({
      depth,
      width,
      stride,
      bottleneckRatio,
      groupWidth,
    })),
    block,
    seRatio,
    head: { width: head.width },
    activation,
  };
}

interface Mistake {
  readonly message: string;
  readonly path: Path;
  /** The key of `path`'s object that is wrong, where it is a key. */
  readonly key?: string;
}

type Checked = { network: Network; mistake?: never } | { network?: never; mistake: Mistake };

function checkNetwork(value: unknown): Checked {
  const parsed = networkSchema.safeParse(value);
  if (!parsed.success) return { mistake: describeIssue(parsed.error.issues, value, keysOf) };
  const { name, ...rest } = parsed.data;
  const network: Network = name === undefined ? rest : { name, ...rest };
  const mistake = checkGroups(network);
  return mistake === undefined ? { network } : { mistake };
}

/** The inner width must be a multiple of the group width, or there is no such convolution. */
function checkGroups({ block, stages }: Network): Mistake | undefined {
  if (block !== 'bottleneck' && block !== 'linear-bottleneck') return undefined;
  const index = stages.findIndex(
    (stage) => innerWidth(stage) < 1 || innerWidth(stage) % stage.groupWidth !== 0,
  );
  const stage = stages[index];
  if (stage === undefined) return undefined;
  const { width, groupWidth, bottleneckRatio } = stage;
  const inner = innerWidth(stage);
  const below = Math.floor(inner / groupWidth) * groupWidth;
  const fits = [below, below + groupWidth].filter((fit) => fit > 0).join(' or ');
  const message =
    inner === width
      ? `width ${width} is not a multiple of group width ${groupWidth}; use ${fits}`
      : `inner width ${inner} (width ${width} / bottleneck ratio ${bottleneckRatio}) is not a multiple of group width ${groupWidth}; make it ${fits}`;
  return { message: `stage ${index + 1}: ${message}`, path: ['stages', index, 'width'] };
}

function keysOf(path: Path): string[] {
  if (path[0] === 'stages') return Object.keys(stageSchema.shape);
  if (path[0] === 'stem') return ['kind', 'width'];
  return path[0] === 'head' ? ['width'] : Object.keys(networkSchema.shape);
}

function place(source: string, at: { line: number; column: number } | undefined): string {
  return at === undefined ? source : `${source}, line ${at.line}, column ${at.column}`;
}
