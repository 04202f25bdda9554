/** Runs a process that prints a line of JSON for each thing it measured. */
import { spawn } from 'node:child_process';

export function jsonLines<T>(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${command} ${words.join(' ')} ended with code ${code}`));
      const lines = text.trim().split('\n');
      resolve(lines.map((line) => JSON.parse(line) as T));
    });
  });
}
