/** Shards: parts of one plan, each trained into a store of its own, to be merged afterwards. */
import type { Shard } from '@netspace/store/store';
import type { SweepPlan } from './plan-hash.ts';

/** A plan that cannot be trained in shards; `code` is `shard`. */
export class ShardError extends Error {
  readonly code = 'shard';
}

/** Reads "2/3", the second of three parts; undefined for anything else. */
export function parseShard(text: string): Shard | undefined {
  const [, number = NaN, parts = NaN] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  return number >= 1 && number <= parts ? { remainder: number - 1, parts } : undefined;
}

/** "shard 2/3". */
export function describeShard({ remainder, parts }: Shard): string {
  return `shard ${remainder + 1}/${parts}`;
}

/** Whether a trial with this index belongs to the shard; all belong where there is none. */
export function isInShard(index: number, shard: Shard | undefined): boolean {
  return shard === undefined || index % shard.parts === shard.remainder;
}

/** Throws where trials are judged by those of other shards, of which a store of its own knows nothing. */
export function checkShard({ earlyStopping }: SweepPlan, source: string): void {
  if (earlyStopping === undefined) return;
  throw new ShardError(
    `${source}: earlyStopping (${earlyStopping.kind}) compares each trial with those of the whole sweep, which a shard does not know; ` +
      'leave --shard out and have all machines work on one store (netspace worker), or leave earlyStopping out of the plan',
  );
}
