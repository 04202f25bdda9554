import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { obeys } from '@netspace/analysis/constraint';
import { findSpace } from '@netspace/space/builtin';
import { sampledMembers, withErrors } from '../../analysis/test/planted.ts';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-refine-'));
const file = join(folder, 'trials.jsonl');
const written = join(folder, 'refined.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const increasing = { kind: 'rule', rule: 'widths-do-not-decrease' } as const;
const members = withErrors(sampledMembers(findSpace('anynet-c'), 200, 3), 'cli', (member) =>
  obeys(member, increasing) ? 0.05 : 0,
);
writeFileSync(
  file,
  members
    .map(({ space, network, status, error, flops, params, activations }) =>
      JSON.stringify({ space, network, status, error, flops, params, activations }),
    )
    .join('\n'),
);

interface Refined {
  readonly finding: string;
  readonly candidates: readonly { readonly name: string; readonly verdict: string }[];
  readonly adopted: readonly { readonly name: string; readonly shrinkage?: unknown }[];
  readonly shrinkage: { readonly before: string; readonly after: string; readonly factor: number };
}

describe('netspace refine', () => {
  it('finds the planted rule and writes a space that has it, as much smaller as space count says', () => {
    const [refined] = netspaceJson(['refine', file, '--write', written, '--json']) as Refined[];
    expect(refined?.candidates[0]).toMatchObject({ name: 'widths-do-not-decrease', verdict: 'improves' });
    expect(refined?.adopted[0]?.name).toBe('widths-do-not-decrease');
    expect(refined?.finding).toContain('widths-do-not-decrease improves');
    expect(readFileSync(written, 'utf8')).toMatch(/extends: anynet-c[^]*widths-do-not-decrease/);
    const sizeOf = (space: string): string =>
      (netspaceJson(['space', 'count', space, '--json']) as { size: string }[])[0]?.size ?? '';
    expect(refined?.shrinkage.before).toBe(sizeOf('anynet-c'));
    expect(refined?.shrinkage.after).toBe(sizeOf(written));
    const factor = Number(BigInt(sizeOf('anynet-c'))) / Number(BigInt(sizeOf(written)));
    expect(Math.abs((refined?.shrinkage.factor ?? NaN) / factor - 1)).toBeLessThan(1e-3);
  }, 120_000);

  it('says for people what would improve the space, and what cannot be told yet', () => {
    const { stdout } = netspace(['refine', file]);
    expect(stdout).toContain('widths-do-not-decrease improves');
    expect(stdout).toMatch(/cannot tell yet[^]*networks would tell/);
  }, 120_000);

  it('refuses to write a space that nobody knows, or for several at once, with how to mend it', () => {
    const unknown = join(folder, 'unknown.jsonl');
    writeFileSync(unknown, readFileSync(file, 'utf8').replaceAll('anynet-c', 'mine'));
    const refused = netspace(['refine', unknown, '--write', written]);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('--from');
    expect(netspace(['refine', `${file}#anynet-z`]).stderr).toContain('anynet-c');
  }, 120_000);
});
