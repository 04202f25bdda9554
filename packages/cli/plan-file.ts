/** Reading a plan from its file. */
import { parsePlan, type Plan } from '@netspace/sweep/plan';
import { readSource } from './input.ts';

export function readPlan(file: string): Plan {
  const { text, source } = readSource(file);
  return parsePlan(text, source);
}
