/**
 * The pilot: optimizer and window first, then, with the rates that they found, spreads and rankings. What it found is written into
 * experiments/02-pilot/README.md, and the rates into the plans of the study.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Trial } from '@netspace/population/trial';
import { parsePlan } from '@netspace/sweep/plan';
import { claims } from './claims.ts';
import { design } from './design.ts';
import { replacePart } from './markdown.ts';
import { bestRate } from './pilot-analysis.ts';
import { rankingPlan, rankingSchedules } from './pilot-ranking.ts';
import { describePilot } from './pilot-wording.ts';
import type { StudyPlan } from './plans.ts';
import { readTrials } from './populations.ts';
import { trainSweep, type TrainingOptions } from './training.ts';

const planned = ['optimizer', 'window', 'short', 'seeds', 'long'] as const;
const rankings = rankingSchedules.map(({ name }) => name);
export const pilotParts = [...planned, ...rankings];
type Part = (typeof pilotParts)[number];

export interface PilotOptions extends TrainingOptions {
  /** What is trained; of the rest it reads what earlier pilots left. */
  readonly parts: readonly Part[];
}

/** Returns what was found, as Markdown. `output` is the repository, or a folder that gets a copy of its plans. */
export async function runPilot(output: string, { parts, ...training }: PilotOptions): Promise<string> {
  const plans = join(output, 'experiments');
  const folder = join(output, 'reports', 'findings', 'pilot');
  if (!existsSync(plans)) copyPlans(join(training.root, 'experiments'), plans);
  mkdirSync(folder, { recursive: true });
  const trialsFile = (part: Part): string => join(folder, `${part}.jsonl.gz`);
  for (const part of pilotParts.filter((each) => parts.includes(each))) {
    const plan = await planOf(part, plans, () => readTrials(trialsFile('short')));
    await trainSweep(plan, trialsFile(part), training);
    if (part === 'window') settle(plans, ratesOf(await readTrials(trialsFile('optimizer'))));
  }
  const trials = {} as Record<Part, Trial[]>;
  for (const part of pilotParts) trials[part] = await readTrials(trialsFile(part));
  const tests = claims.flatMap((claim) => claim.tests).length;
  const outcome = describePilot(trials, { margin: design.margin, tests });
  const readme = join(plans, '02-pilot', 'README.md');
  writeFileSync(readme, replacePart(readFileSync(readme, 'utf8'), 'outcome', outcome));
  return outcome;
}

/** From its file; a ranking's is made from the short plan and the networks that were trained by it. */
async function planOf(part: Part, plans: string, short: () => Promise<Trial[]>): Promise<StudyPlan> {
  const ranking = rankingSchedules.find(({ name }) => name === part);
  const file = join(plans, '02-pilot', `${ranking ? 'short' : part}.yaml`);
  const written = readFileSync(file, 'utf8');
  const text = ranking ? rankingPlan(written, await short(), ranking) : written;
  return { id: '02', file, text, plan: parsePlan(text, file) };
}

export interface Rates {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** To two digits: the medians of where the best lies. */
function ratesOf(trials: Parameters<typeof bestRate>[0]): Rates {
  return {
    learningRate: two(bestRate(trials, 'learningRate').median),
    weightDecay: two(bestRate(trials, 'weightDecay').median),
  };
}

/** Writes the rates into every plan that has rates and does not draw them. */
export function settle(plans: string, { learningRate, weightDecay }: Rates): void {
  for (const folder of readdirSync(plans).filter((name) => /^(02|1\d|20)-/.test(name)))
    for (const file of readdirSync(join(plans, folder)).filter((name) => name.endsWith('.yaml'))) {
      const path = join(plans, folder, file);
      const text = readFileSync(path, 'utf8');
      const settled = text.replace(
        /learningRate: [\d.e-]+,(\s+)weightDecay: [\d.e-]+/,
        `learningRate: ${learningRate},$1weightDecay: ${weightDecay}`,
      );
      if (settled !== text) writeFileSync(path, settled);
    }
}

function two(value: number): number {
  return Number(value.toPrecision(2));
}

function copyPlans(from: string, to: string): void {
  for (const folder of readdirSync(from).filter((name) => /^(02|1\d|20)-/.test(name)))
    cpSync(join(from, folder), join(to, basename(folder)), { recursive: true });
}
