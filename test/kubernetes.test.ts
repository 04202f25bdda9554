/** The manifest for Kubernetes against the schemas of Kubernetes' own API, by Python's kubernetes-validate. It was never run on a cluster. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestPostgres } from '@netspace/store/test-postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { pythonFor, runPython } from './python.ts';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const python = pythonFor("Kubernetes' schemas", 'NETSPACE_KUBERNETES_PYTHON');
const postgres = python === undefined ? undefined : await startTestPostgres();
const folder = mkdtempSync(join(tmpdir(), 'netspace-kubernetes-'));
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const plan = join(folder, 'plan.yaml');
writeFileSync(
  plan,
  'name: pods\nseed: 1\nspaces: [{ space: regnetx, networks: 2 }]\ndata: fashion-mnist-12k\nworkers: { threads: 2 }\n',
);

/** What the validator says of a manifest; empty where it has nothing to say against it. */
function validate(interpreter: string, manifest: string): string {
  const program = `import sys, yaml, kubernetes_validate as k
try:
    k.validate(yaml.safe_load(open(sys.argv[1] if len(sys.argv) > 1 else 'manifest.yaml')), '1.31', strict=True)
except k.ValidationError as error:
    print(error.message)
`;
  writeFileSync(join(folder, 'manifest.yaml'), manifest);
  return runPython(interpreter, program, folder).trim();
}

describe.skipIf(!postgres)('the Job for Kubernetes', () => {
  it('satisfies the schemas, knows the sweep that is in the store, and tells no password', async () => {
    if (!postgres || python === undefined) return;
    const url = new URL(await postgres.newDatabase());
    url.password = 'very-secret';
    const words = [
      'kubernetes',
      plan,
      '--store',
      url.href,
      '--image',
      'example/netspace:1',
      '--checkpoint-claim',
      'shared',
      '--pods',
      '5',
    ];
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(validate(python, stdout)).toBe('');
    expect(stdout + stderr).not.toContain('very-secret');
    const [, hash = ''] = /--sweep\n\s+- "?([0-9a-f]{16})/.exec(stdout) ?? [];
    const listed = spawnSync(process.execPath, [script, 'status', '--json', '--store', url.href], {
      encoding: 'utf8',
    });
    expect(JSON.parse(listed.stdout).planHash.slice(0, 16)).toBe(hash);
    expect(stdout).toMatch(/completions: 5\n/);
    // Two processes with two threads each.
    expect(stdout).toMatch(/cpu: "4"/);

    // The validator sees what is wrong: a misspelt field, and a text where a number belongs.
    expect(validate(python, stdout.replace('parallelism', 'paralellism'))).toContain('paralellism');
    expect(validate(python, stdout.replace('completions: 5', 'completions: five'))).toContain('five');
  }, 120_000);
});
