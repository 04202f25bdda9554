/** `netspace run` in a real terminal of 80 and 40 columns, whose bytes an independent emulator (xterm.js) makes a screen of. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventSchema } from '@netspace/sweep/event-schema';
import headless from '@xterm/headless';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyPlan } from './tiny-plan.ts';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const python = fileURLToPath(new URL('terminal.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-terminal-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const plan = join(folder, 'plan.yaml');
writeFileSync(plan, tinyPlan({ name: 'terminal', seed: 5, limit: 1500, epochs: 16, batchSize: 32 }));

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The command in a terminal of that size, and the screen that it makes. */
function openTerminal(words: readonly string[], { columns, rows }: Size) {
  const command = [python, String(columns), String(rows), process.execPath, script, ...words];
  const child = spawn('python3', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  child.stdout.on('data', (bytes: Buffer) => terminal.write(bytes));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  /** All lines, those that have left the screen as well. */
  const lines = async (): Promise<string[]> => {
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    const all = Array.from(
      { length: active.length },
      (_, i) => active.getLine(i)?.translateToString(true) ?? '',
    );
    return all.slice(0, all.findLastIndex((line) => line !== '') + 1);
  };
  const shows = async (...patterns: readonly RegExp[]): Promise<string[]> => {
    for (const end = performance.now() + 90_000; ;) {
      const shown = await lines();
      if (patterns.every((pattern) => shown.some((line) => pattern.test(line)))) return shown;
      if (performance.now() > end) throw new Error(`the terminal does not show it:\n${shown.join('\n')}`);
      await sleep(100);
    }
  };
  const resize = (size: Size): void => {
    terminal.resize(size.columns, size.rows);
    child.stdin.write(`${size.columns} ${size.rows}\n`);
  };
  return { exit, lines, shows, resize };
}

describe('the screen of a run', () => {
  it('is one picture that moves, fits a terminal that is made narrow and wide again, and leaves what stays true', async () => {
    const words = ['run', plan, '--store', join(folder, 'store.db'), '--workers', '2'];
    const { exit, lines, shows, resize } = openTerminal(words, { columns: 80, rows: 24 });
    const wideRow = /^ {2}worker 1 +\d+ % {2}epoch \d+\/16 {2}\d+ images\/s {2}#\d tiny \d.* flops, dep/;
    const narrowRow = /^ {2}1 +\d+ % {2}\d+\/16 {2}\d+\/s {2}#\d tiny \d/;
    const wide = await shows(wideRow, /^ {2}worker 2 .*images/);
    expect(wide).toEqual([
      expect.stringMatching(/^terminal {2}[█░]{10,} {2}0\/3$/),
      '2 running, 1 waiting',
      expect.stringMatching(/^\d+ s passed, (time left not known yet|about .* left)$/),
      expect.stringMatching(wideRow),
      expect.stringMatching(/^ {2}worker 2 /),
    ]);
    resize({ columns: 40, rows: 12 });
    const narrow = await shows(narrowRow);
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(40);
    // Nothing is left of the wide picture, whose lines the terminal had broken.
    expect(narrow.filter((line) => /worker|images/.test(line))).toEqual([]);
    expect(narrow.filter((line) => line.startsWith('terminal'))).toHaveLength(1);
    resize({ columns: 100, rows: 30 });
    const again = await shows(wideRow);
    expect(again.filter((line) => line.startsWith('terminal'))).toHaveLength(1);
    expect(await exit).toBe(0);
    expect(await lines()).toEqual(['ended: 3 completed']);
  }, 240_000);

  it('is plain lines without a terminal, and lines of JSON by the published schema when asked', async () => {
    const run = async (words: readonly string[]): Promise<{ stdout: string; stderr: string }> => {
      const child = spawn(process.execPath, [
        script,
        'run',
        plan,
        '--store',
        join(folder, 'store.db'),
        ...words,
      ]);
      children.push(child);
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
      child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
      await once(child, 'close');
      return { stdout, stderr };
    };
    const again = await run([]);
    expect(again.stderr.split('\n')).toEqual([
      'terminal: resumed, 3 completed',
      'nothing is left to train: all trials of terminal have ended',
      'ended: 3 completed',
      '',
    ]);
    const other = await run(['--json', '--store', join(folder, 'other.db'), '--shard', '1/3']);
    expect(other.stderr).toBe('');
    const events = other.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    for (const event of events) expect(eventSchema.parse(event)).toEqual(event);
    const kinds = events.map((event) => (event as { kind: string }).kind);
    expect([...new Set(kinds)]).toEqual(
      expect.arrayContaining(['planned', 'worker', 'started', 'step', 'epoch', 'finished', 'ended']),
    );
  }, 120_000);
});
