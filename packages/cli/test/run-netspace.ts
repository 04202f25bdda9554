/** Runs the built command as a user does: a process, its output, its exit code. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const script = fileURLToPath(new URL('../bin/netspace.mjs', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export function netspace(words: readonly string[], options: CommandOptions = {}): CommandResult {
  const { input = '', cwd, environment = {} } = options;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    input,
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 28,
  });
  return { code: status, stdout, stderr };
}

/** Standard output as JSON, a value a line; a command that failed shows why. */
export function netspaceJson(words: readonly string[], options: CommandOptions = {}): unknown[] {
  const { code, stdout, stderr } = netspace(words, options);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
