/** Networks as JSON, NDJSON and YAML: the form that files, pipes and stores have in common. */
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { innerWidth } from './compatibility.ts';
import type { Network } from './network.ts';
import { suggest } from './suggestion.ts';

/** Text or data that is not a network; the message names the source, the place and what would be right. */
export class NetworkError extends Error {
  readonly code = 'NETWORK';
}

const count = z.int().min(1).max(1_000_000);

const stageSchema = z.strictObject({
  depth: z.int().min(1).max(1000),
  width: count,
  stride: z.union([z.literal(1), z.literal(2)]).default(2),
  bottleneckRatio: z.number().min(0.01).max(100).default(1),
  groupWidth: count.default(1),
});

/** The interchange form; everything but `stages` has a default. */
export const networkSchema = z.strictObject({
  name: z.string().max(200).optional(),
  stem: z
    .strictObject({
      kind: z.enum(['simple', 'cifar', 'imagenet']).default('simple'),
      width: count.default(32),
    })
    .default({ kind: 'simple', width: 32 }),
  stages: z.array(stageSchema).min(1).max(8),
  block: z
    .enum(['bottleneck', 'linear-bottleneck', 'basic', 'vanilla', 'single', 'single-residual'])
    .default('bottleneck'),
  seRatio: z.number().min(0).max(1).default(0),
  head: z.strictObject({ width: z.int().min(0).max(1_000_000).default(0) }).default({ width: 0 }),
  activation: z.enum(['relu', 'silu']).default('relu'),
});

/** A checked network, gaps filled. `where` names its place in errors: `nets.json, network 3`. */
export function parseNetwork(value: unknown, where: string): Network {
  const parsed = networkSchema.safeParse(value);
  if (!parsed.success) throw new NetworkError(`${where}: ${describeIssue(parsed.error, value)}`);
  const { name, ...rest } = parsed.data;
  const network: Network = name === undefined ? rest : { name, ...rest };
  checkGroups(network, where);
  return network;
}

/** One network, an array of them, or one a line or YAML document; `source` is the file's name for errors. */
export function parseNetworks(text: string, source: string): Network[] {
  if (text.trim() === '')
    throw new NetworkError(`${source} is empty; it should hold a network, an array of them, or one a line`);
  const values = readValues(text, source);
  return values.map(({ value, where }) => parseNetwork(value, where));
}

/** One line of JSON with keys in a fixed order. */
export function formatNetwork(network: Network): string {
  return JSON.stringify({
    ...(network.name === undefined ? {} : { name: network.name }),
    ...canonical(network),
  });
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

/** The inner width must be whole and a multiple of the group width, or there is no such convolution. */
function checkGroups({ block, stages }: Network, where: string): void {
  if (block !== 'bottleneck' && block !== 'linear-bottleneck') return;
  stages.forEach((stage, index) => {
    const inner = innerWidth(stage);
    const { width, groupWidth } = stage;
    if (inner >= 1 && inner % groupWidth === 0) return;
    const below = Math.floor(inner / groupWidth) * groupWidth;
    const fits = [below, below + groupWidth].filter((fit) => fit > 0).join(' or ');
    throw new NetworkError(
      inner === width
        ? `${where}, stage ${index + 1}: width ${width} is not a multiple of group width ${groupWidth}; use ${fits}`
        : `${where}, stage ${index + 1}: inner width ${inner} (width ${width} / bottleneck ratio ${stage.bottleneckRatio}) is not a multiple of group width ${groupWidth}; make it ${fits}`,
    );
  });
}

interface PlacedValue {
  readonly value: unknown;
  readonly where: string;
}

function readValues(text: string, source: string): PlacedValue[] {
  const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const filled = lines.filter(({ line }) => line !== '');
  if (filled.length > 1 && filled.every(({ line }) => line.startsWith('{') && line.endsWith('}')))
    return filled.map(({ line, number }) => ({
      value: parseJsonLine(line, `${source}, line ${number}`),
      where: `${source}, line ${number}`,
    }));
  const documents = parseAllDocuments(text);
  return [documents].flat().flatMap((document) => {
    const [mistake] = document.errors;
    if (mistake !== undefined) {
      const at = mistake.linePos?.[0];
      throw new NetworkError(
        `${source}${at === undefined ? '' : `, line ${at.line}, column ${at.col}`}: ${mistake.message.split('\n')[0]}`,
      );
    }
    const value: unknown = document.toJS();
    if (!Array.isArray(value)) return [{ value, where: source }];
    return value.map((item: unknown, i) => ({ value: item, where: `${source}, network ${i + 1}` }));
  });
}

function parseJsonLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new NetworkError(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The first mistake in words: where it is, what is wrong, what is allowed. */
function describeIssue(error: z.ZodError, value: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'not a network';
  const place = issue.path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('');
  const path = place.replace(/^\./, '') || 'the network';
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return `unknown key ${key} in ${path}${suggest(key, keysAt(issue.path))}`;
  }
  if (value === null || typeof value !== 'object')
    return `a network is an object with stages, not ${JSON.stringify(value)}`;
  return `${path}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
}

function keysAt(path: readonly PropertyKey[]): string[] {
  if (path.includes('stages')) return Object.keys(stageSchema.shape);
  if (path.includes('stem')) return ['kind', 'width'];
  return path.includes('head') ? ['width'] : Object.keys(networkSchema.shape);
}
