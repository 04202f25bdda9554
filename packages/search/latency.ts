/** How long networks take for one image on this machine: measured in a process of its own, on the graph that is exported. */
import type { InputShape, Network } from '@netspace/network/network';
import { callProcess } from './process-call.ts';

export interface LatencyOrder {
  readonly networks: readonly Network[];
  readonly input: InputShape;
}

/** Of one network, by its place in the order. */
export interface LatencyAnswer {
  readonly index: number;
  readonly seconds: number;
}

/** Seconds an image, batches of 1, for each network; undefined when `drain` was aborted first. */
export async function measureLatencies(
  order: LatencyOrder,
  threads: number,
  drain?: AbortSignal,
): Promise<number[] | undefined> {
  const seconds = order.networks.map(() => NaN);
  const isDone = await callProcess<LatencyOrder, LatencyAnswer>({
    entry: 'latency-process',
    order,
    threads,
    onAnswer: (answer) => (seconds[answer.index] = answer.seconds),
    ...(drain && { drain }),
  });
  return isDone ? seconds : undefined;
}
