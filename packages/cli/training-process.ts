/**
 * Runs this very command line again in a process that TensorFlow may load into: its threads come from the environment, which it reads once,
 * and what it says of itself while it loads is left out.
 */
import { workerEnvironment } from '@netspace/tensorflow/binding';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { exitCodes } from './errors.ts';

const marker = 'NETSPACE_TRAINING_PROCESS';

/** Words about logging and oneDNN that no setting silences. */
const loadingWords = /absl::InitializeLog|oneDNN custom operations are on/;

export function isTrainingProcess(): boolean {
  return process.env[marker] !== undefined;
}

/** Whether the terminal behind the pipe to our parent wants to see progress. */
export function showsProgress(): boolean {
  return process.env[marker] === 'terminal';
}

/** Asked between steps, it ends the process when the one that started it is gone: nobody would hear of the result. */
export function leaveWithParent(): () => void {
  const parent = process.ppid;
  return () => {
    if (process.ppid !== parent) process.exit(exitCodes.error);
  };
}

/** The exit code of the command, run anew with so many threads for one operation. */
export function runInTrainingProcess(threads: number): Promise<number> {
  const child = spawn(process.execPath, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'pipe'],
    env: {
      ...process.env,
      ...workerEnvironment(threads),
      [marker]: process.stderr.isTTY ? 'terminal' : 'plain',
    },
  });
  // Progress ends in a carriage return, which starts a line here as a line feed does.
  createInterface({ input: child.stderr, crlfDelay: Infinity }).on('line', (line) => {
    if (!loadingWords.test(line))
      process.stderr.write(line.startsWith('epoch ') ? `\r${line}\u001b[K` : `${line}\n`);
  });
  // Ctrl-C reaches the child directly; this process only waits for it.
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? exitCodes.interrupted));
  });
}
