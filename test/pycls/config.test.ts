/** What `sample --format pycls` prints, in pycls 0.1.1 itself: its loader takes it, and its model has the sizes that we count. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countComplexity } from '@netspace/network/complexity';
import { parseNetworks } from '@netspace/network/interchange';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace } from '../../packages/cli/test/run-netspace.ts';
import { pythonFor } from '../python.ts';

const python = pythonFor("our samples in pycls (0.1.1, in timm's environment)", 'NETSPACE_TIMM_PYTHON');
const folder = mkdtempSync(join(tmpdir(), 'netspace-pycls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A declaration in a file of its own, with blocks and stem of this kind. */
function declare(name: string, lines: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `name: ${name}\nextends: anynet-e\n${lines}\n`);
  return file;
}

/** The input of pycls' default configuration: ten classes, and images of the size that complexity is counted for. */
const input = { resolution: 224, channels: 3, classes: 10 };

describe.skipIf(python === undefined)('pycls, given our samples', () => {
  it('builds each with the params, flops and activations that we count', () => {
    const spaces = [
      'anynet-a',
      'anynet-e',
      'regnetx',
      'regnety',
      declare('basic', 'block: basic\nstem: { kind: cifar, width: 16 }'),
      declare('vanilla', 'block: vanilla\nstem: { kind: imagenet, width: 64 }'),
      declare('squeezed', 'seRatio: 1'),
    ];
    const [files, wanted]: [string[], object[]] = [[], []];
    for (const space of spaces) {
      const words = ['sample', space, '-n', '2', '--seed', '5', '--flops', '50M:900M'];
      const networks = parseNetworks(netspace(words).stdout, space);
      const configs = netspace([...words, '--format', 'pycls'])
        .stdout.split('---\n')
        .slice(1);
      expect([networks.length, configs.length], space).toEqual([2, 2]);
      for (const [i, config] of configs.entries()) {
        const file = join(folder, `${files.length}-config.yaml`);
        writeFileSync(file, config);
        files.push(file);
        const [network] = networks.slice(i);
        if (network === undefined) throw new Error(`${space} has no network ${i}`);
        const { flops, params, activations: acts } = countComplexity(network, input);
        wanted.push({ flops, params, acts, held: params });
      }
    }
    const script = join(import.meta.dirname, 'check_configs.py');
    const { stdout, stderr } = spawnSync(python ?? '', [script, ...files], { encoding: 'utf8' });
    const counted = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line || 'null') as unknown);
    expect(counted, stderr).toEqual(wanted);
  }, 300_000);
});
