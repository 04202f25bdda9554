/** The plans of the study: which there are, which populations each trains, and their small and other forms. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan, type Plan } from '@netspace/sweep/plan';
import { parseDocument } from 'yaml';
import type { Test } from './claims.ts';
import { populationOf } from './populations.ts';

export interface StudyPlan {
  /** The number of its folder. */
  readonly id: string;
  /** Path from the root of the repository. */
  readonly file: string;
  readonly text: string;
  readonly plan: Plan;
}

/** What a plan is changed to before it runs. */
export interface Variant {
  /** A few tiny networks, to see that everything works. */
  readonly quick?: boolean;
  /** Another data set in place of Fashion-MNIST. */
  readonly data?: string;
}

/** The plans of all claims that train something, in their order. */
export function readPlans(root: string): StudyPlan[] {
  const folders = readdirSync(join(root, 'experiments')).filter((name) => /^[1-9]\d-/.test(name));
  return folders.toSorted().flatMap((name): StudyPlan[] => {
    const file = join('experiments', name, 'plan.yaml');
    if (!existsSync(join(root, file))) return [];
    const text = readFileSync(join(root, file), 'utf8');
    return [{ id: name.slice(0, 2), file, text, plan: parsePlan(text, file) }];
  });
}

/** The plans that train what the tests need. */
export function plansFor(tests: readonly Test[], plans: readonly StudyPlan[]): StudyPlan[] {
  const needed = new Set(tests.flatMap(({ spaces }) => spaces));
  return plans.filter(({ plan }) => plan.sweep.spaces.some(({ name }) => needed.has(populationOf(name))));
}

/** The text of a plan as it is to run; its name tells what was changed, so that stores keep all apart. */
export function varied(text: string, { quick = false, data }: Variant): string {
  const document = parseDocument(text);
  const set = (path: readonly (string | number)[], value: unknown): void => document.setIn(path, value);
  const name = String(document.get('name'));
  if (data !== undefined) {
    set(['name'], `${name}-${data}`);
    set(['data', 'name'], data);
  }
  if (!quick) return document.toString();
  set(['name'], `${name}-quick`);
  set(['data'], { name: 'fashion-mnist-12k', limit: 400, validationShare: 0.4 });
  set(['recipe', 'epochs'], 1);
  const { spaces } = document.toJS() as { spaces: unknown[] };
  for (const i of spaces.keys()) set(['spaces', i, 'networks'], 5);
  return document.toString();
}
