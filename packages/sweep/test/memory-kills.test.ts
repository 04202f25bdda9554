import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countMemoryKills, watchMemory } from '../memory-kills.ts';
import { addFakeSweep, checkBuild, endSupervisors, startSupervisor, until } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-memory-'));
let roots = 0;
afterAll(() => rmSync(folder, { recursive: true }));

/** A machine's files. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = join(folder, String(roots++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const events = (kills: number) => `low 0\nhigh 0\nmax 3\noom 1\noom_kill ${kills}\noom_group_kill 9\n`;
const control = (kills: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`;
const vmstat = 'pgfault 1\noom_kill 7\n';

describe('kills for want of memory', () => {
  it.each([
    [
      'of a control group of version 2',
      { 'proc/self/cgroup': '0::/a.slice/b\n', 'sys/fs/cgroup/a.slice/b/memory.events': events(2) },
      2,
    ],
    [
      'of one that is mounted as the root, in a container',
      { 'proc/self/cgroup': '0::/../other\n', 'sys/fs/cgroup/memory.events': events(3) },
      3,
    ],
    [
      'of one of version 1',
      {
        'proc/self/cgroup': '9:cpu,cpuacct:/\n4:memory:/docker/ab\n0::/\n',
        'sys/fs/cgroup/memory/docker/ab/memory.oom_control': control(4),
      },
      4,
    ],
    ['of the machine, where no group counts', { 'proc/self/cgroup': '0::/\n', 'proc/vmstat': vmstat }, 7],
    ['of nothing, where nobody counts', {}, undefined],
  ])('are read %s', (_where, files, kills) => {
    expect(countMemoryKills(machine(files))).toBe(kills);
  });

  it('are claimed once each: of two dead processes and one kill the second was killed by somebody', () => {
    let count = 5;
    const begin = watchMemory(() => count);
    const [first, second, third] = [begin(), begin(), begin()];
    count = 6;
    expect([first(), second(), third()]).toEqual([true, false, false]);
    const later = begin();
    expect(later()).toBe(false);
    count = 8;
    expect([begin()(), third(), second(), later()]).toEqual([false, true, true, false]);
  });

  it('are never assumed where nobody counts', () => {
    expect(watchMemory(() => undefined)()()).toBe(false);
  });
});

/** A control group of our own with so many bytes; undefined where none can be made. */
function makeGroup(bytes: number): string | undefined {
  const isFirst = existsSync('/sys/fs/cgroup/memory');
  const path = join(isFirst ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup', `netspace-test-${process.pid}`);
  try {
    mkdirSync(path);
    writeFileSync(join(path, isFirst ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
    return path;
  } catch {
    if (existsSync(path)) rmdirSync(path);
    return undefined;
  }
}

const group = makeGroup(320 * 2 ** 20);
if (!group) process.stderr.write('skipped: a control group with little memory, which cannot be made here\n');

describe.skipIf(!group)('a sweep in a container with too little memory', () => {
  beforeAll(checkBuild);
  afterEach(async () => {
    endSupervisors();
    const path = group ?? '';
    await until(() => tryToRemove(path), 'all processes have left their group');
  });

  it('goes on after a trial that takes too much, and says that it was memory', async () => {
    const file = join(folder, 'store.db');
    const store = await openSqliteStore(file);
    try {
      const sweep = await addFakeSweep(store, [{ pace: 9, name: 'gorges' }, { pace: 2 }]);
      const supervisor = startSupervisor(file, { workers: 1, maxAttempts: 2 });
      writeFileSync(join(group ?? '', 'cgroup.procs'), String(supervisor.child.pid));
      expect(await supervisor.exit).toBe(0);
      const [failed] = await store.trials(sweep.id, { statuses: ['failed'] });
      expect(failed?.reason).toMatch(/^lost 2 times without coming further, at last: out of memory: /);
      expect(await store.countTrials(sweep.id)).toMatchObject({ completed: 1, failed: 1 });
    } finally {
      await store.close();
    }
  }, 120_000);
});

function tryToRemove(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}
