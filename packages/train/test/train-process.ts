/** Starts the process of train-process.mjs, and kills it in the midst of its work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { workerEnvironment } from '@netspace/tensorflow/binding';
import type { RecipeDeclaration } from '../recipe.ts';

const program = fileURLToPath(new URL('./train-process.mjs', import.meta.url));

/** The process runs what is compiled: says so when that is older than the sources. */
export function checkBuild(): void {
  const folder = new URL('../', import.meta.url);
  const built = statSync(new URL('dist/.tsbuildinfo', folder), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newer = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .find((name) => statSync(new URL(name, folder)).mtimeMs > built);
  if (newer !== undefined)
    throw new Error(`packages/train/dist is older than ${newer}; run "npx tsc -b packages/train"`);
}

/** All lines that it printed until its end; it is killed with SIGKILL as soon as it prints `killAt`. */
export async function trainInProcess(
  file: string,
  recipe: RecipeDeclaration,
  killAt?: string,
): Promise<string[]> {
  const child = spawn(process.execPath, [program, file, JSON.stringify(recipe)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...workerEnvironment(1) },
  });
  const lines: string[] = [];
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line === killAt) child.kill('SIGKILL');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0 && !(signal === 'SIGKILL' && killAt !== undefined))
    throw new Error(`the training ended with ${code ?? signal}: ${words}`);
  return lines;
}
