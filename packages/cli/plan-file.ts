/** Reading a plan from its file, and how many processes there is room for. */
import { parsePlan, type Plan } from '@netspace/sweep/plan';
import type { SweepPlan } from '@netspace/sweep/plan-hash';
import { availableParallelism } from 'node:os';
import { readSource } from './input.ts';

/** `threads` of a worker change the plan and its hash, since they determine results: with others, sums are made in another order. */
export function readPlan(file: string, threads?: number): Plan {
  const { text, source } = readSource(file);
  const plan = parsePlan(text, source);
  return threads === undefined ? plan : { ...plan, sweep: { ...plan.sweep, threads } };
}

/** As many workers as the cores have room for. What a scheduler grants counts, and not what the machine has. */
export function workersFor({ threads }: Pick<SweepPlan, 'threads'>): number {
  const granted = Number(process.env['SLURM_CPUS_PER_TASK'] ?? NaN);
  const cores = granted > 0 ? granted : availableParallelism();
  return Math.max(1, Math.floor(cores / threads));
}
