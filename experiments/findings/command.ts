/** Runs netspace's own command for the study: it plans, trains, resumes and exports as for any user. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A part of the study that did not come through; `exitCode` is what the command ended with. */
export class StudyError extends Error {
  readonly code = 'study';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Trials failed, which is a result: they stay in their population with error 1. */
const someFailed = 3;

/** Its words go to our standard error. Interrupts reach it directly, and it drains. */
export async function netspace(root: string, parameters: readonly string[]): Promise<void> {
  const program = join(root, 'packages', 'cli', 'bin', 'netspace.mjs');
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...parameters], {
      cwd: root,
      stdio: ['ignore', 2, 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (exit) => resolve(exit ?? 130));
  });
  if (code !== 0 && code !== someFailed)
    throw new StudyError(
      `netspace ${parameters.join(' ')} ended with ${code}; what is done is kept, the same command goes on`,
      code,
    );
}

type Options = NonNullable<ParseArgsConfig['options']>;
export type OptionValues<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** What the command line says for the options; where it is wrong, undefined, and one line says why. */
export function readOptions<const T extends Options>(options: T): OptionValues<T> | undefined {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
