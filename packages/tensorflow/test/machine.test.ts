/** What the set-up says of a machine that lacks something: one sentence with the command that mends it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demand, findCompiler, findDisk, findHeaders, findMake, findPip, findPython } from '../machine.mjs';
import { findNode } from '../node-version.mjs';

const folder = mkdtempSync(join(tmpdir(), 'netspace-machine-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An environment whose path has nothing but programs that answer with these words. */
function machine(name: string, programs: Record<string, string>): NodeJS.ProcessEnv {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [program, answer] of Object.entries(programs)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${answer}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return { PATH: path };
}

describe('Node', () => {
  it.each([
    { version: '20.19.0', ok: true },
    { version: '22.1.0', ok: true },
    { version: '24.0.0', ok: true },
    { version: '20.18.9', ok: false },
    { version: '18.20.4', ok: false },
  ])('$version is good enough: $ok', ({ version, ok }) => {
    const found = findNode(version);
    expect(found.ok).toBe(ok);
    expect(found.advice).toMatch(ok ? /^$/ : /too old: install Node 20\.19 or newer/);
  });
});

describe('a bare machine', () => {
  const env = machine('bare', {});
  it.each([
    { found: findPython(env), code: 'PYTHON_MISSING', says: /Python 3\.8 or newer is missing/ },
    { found: findPip(env, 'python3'), code: 'PIP_MISSING', says: /Python has no pip/ },
    { found: findCompiler(env), code: 'COMPILER_MISSING', says: /A C\+\+ compiler is missing/ },
    { found: findMake(env), code: 'MAKE_MISSING', says: /Make is missing/ },
  ])('lacks what $code names, and is told the command that installs it', ({ found, code, says }) => {
    expect(found).toMatchObject({ ok: false, code, found: 'not found' });
    expect(found.advice).toMatch(says);
    expect(found.advice).toMatch(process.platform === 'darwin' ? /run: / : /sudo apt install \S+/);
    expect(() => demand([found])).toThrow(expect.objectContaining({ code, message: found.advice }));
  });
});

describe('what is found', () => {
  it('comes with its version, whichever name it has', () => {
    const env = machine('able', {
      python: 'if [ "$1" = -m ]; then echo "pip 24.0 from /x (python 3.12)"; else echo "Python 3.12.1"; fi',
      'clang++': 'echo "clang version 17.0.1"',
      make: 'echo "GNU Make 4.3"; echo "more"',
    });
    expect(findPython(env)).toMatchObject({ found: '3.12.1', command: 'python' });
    expect(findPip(env, 'python')).toMatchObject({ ok: true, found: '24.0' });
    expect(findCompiler(env)).toMatchObject({ found: 'clang version 17.0.1', command: 'clang++' });
    expect(findMake(env).found).toBe('GNU Make 4.3');
  });

  it('is not an old Python', () => {
    expect(
      findPython(machine('old', { python: 'echo "Python 2.7.18"', python3: 'echo "Python 3.7.2"' })).ok,
    ).toBe(false);
  });
});

describe('the disk', () => {
  it('is measured where the folder will be, and both numbers are told when it is too small', () => {
    const later = join(folder, 'not', 'there', 'yet');
    expect(findDisk(later, 1)).toMatchObject({ ok: true, advice: '' });
    expect(findDisk(later, 1e18).advice).toMatch(
      /^\d+\.\d GB are free at .*yet, but 1000000000\.0 GB are needed: free some space\.$/,
    );
  });
});

describe("Node's headers", () => {
  const prefix = join(folder, 'prefix');
  mkdirSync(join(prefix, 'include', 'node'), { recursive: true });
  const header =
    '#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 3\n#define NODE_PATCH_VERSION 1\n';
  writeFileSync(join(prefix, 'include', 'node', 'node_version.h'), header);

  it('are taken from beside the program when they are of the same version', () => {
    expect(findHeaders(join(prefix, 'bin', 'node'), '22.3.1')).toBe(prefix);
    expect(findHeaders(join(prefix, 'bin', 'node'), '22.3.0')).toBeUndefined();
    expect(findHeaders(join(folder, 'elsewhere', 'bin', 'node'), '22.3.1')).toBeUndefined();
  });
});
