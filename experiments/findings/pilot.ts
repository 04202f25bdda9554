/**
 * The pilot: optimizer and window first, then, with the rates that they found, spreads and rankings. What it found is written into
 * experiments/02-pilot/README.md, and the rates into the plans of the study.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parsePlan } from '@netspace/sweep/plan';
import { claims } from './claims.ts';
import { design } from './design.ts';
import { replacePart } from './markdown.ts';
import { bestRate } from './pilot-analysis.ts';
import { describePilot } from './pilot-wording.ts';
import { readTrials } from './populations.ts';
import { trainSweep, type TrainingOptions } from './training.ts';

export interface PilotOptions extends TrainingOptions {
  /** Only reads what earlier pilots left. */
  readonly fromResults: boolean;
}

const names = ['optimizer', 'window', 'short', 'seeds', 'long'] as const;

/** Returns what was found, as Markdown. `output` is the repository, or a folder that gets a copy of its plans. */
export async function runPilot(output: string, { fromResults, ...training }: PilotOptions): Promise<string> {
  const plans = join(output, 'experiments');
  if (!existsSync(plans)) copyPlans(join(training.root, 'experiments'), plans);
  const files = Object.fromEntries(
    names.map((name) => [name, join(output, 'reports', 'findings', 'pilot', `${name}.jsonl.gz`)]),
  ) as Record<(typeof names)[number], string>;
  mkdirSync(join(output, 'reports', 'findings', 'pilot'), { recursive: true });
  for (const name of names) {
    const file = join(plans, '02-pilot', `${name}.yaml`);
    const text = readFileSync(file, 'utf8');
    if (!fromResults)
      await trainSweep({ id: '02', file, text, plan: parsePlan(text, file) }, files[name], training);
    if (name === 'window' && !fromResults) settle(plans, ratesOf(await readTrials(files.optimizer)));
  }
  const [optimizer, window, short, seeds, long] = await Promise.all(
    names.map((name) => readTrials(files[name])),
  );
  if (!optimizer || !window || !short || !seeds || !long) throw new Error('the pilot has no trials');
  const outcome = describePilot(
    { optimizer, window, short, seeds, long },
    { margin: design.margin, tests: claims.flatMap(({ tests }) => tests).length },
  );
  const readme = join(plans, '02-pilot', 'README.md');
  writeFileSync(readme, replacePart(readFileSync(readme, 'utf8'), 'outcome', outcome));
  return outcome;
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
