import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const network =
  '{"stem":{"kind":"simple","width":32},"stages":[{"depth":1,"width":24,"stride":2,"bottleneckRatio":1,"groupWidth":8}],"block":"bottleneck","seRatio":0,"head":{"width":0},"activation":"relu"}';
const lines = [
  `{"space":"a","network":${network},"status":"completed","error":0.25,"flops":5,"params":6,"activations":7,"recipe":{"epochs":2,"schedule":"cos"},"seed":4294967295,"curve":[{"epoch":1,"trainLoss":2.5,"validationError":0.5},{"epoch":2,"validationError":0.25}],"provenance":{"host":"=h"}}\n`,
  `{"space":"b","network":${network},"status":"failed","flops":5,"params":6,"activations":7,"reason":"out of memory"}\n`,
].join('');
const jsonl = join(folder, 'whole.jsonl');
writeFileSync(jsonl, lines);

describe('netspace export', () => {
  it('writes a sweep as CSV and Parquet, from which the very lines come back', () => {
    const store = join(folder, 'store.db');
    netspaceJson(['import', jsonl, '--store', store, '--json']);
    for (const format of ['csv', 'parquet']) {
      const file = join(folder, `whole.${format}`);
      const written = netspace(['export', 'whole', '--store', store, '-o', file]);
      expect([written.code, written.stdout, written.stderr]).toEqual([0, '', `2 trials in ${file}\n`]);
      expect(netspace(['convert', file, '--format', 'jsonl']).stdout).toBe(lines);
    }
  }, 180_000);

  it("writes pycls' sweep.json and tells what it has no place for", () => {
    const file = join(folder, 'sweep.json');
    const written = netspace(['convert', jsonl, '--format', 'pycls', '-o', file]);
    expect(written.code).toBe(0);
    expect(written.stderr).toContain(
      'no place for: space (2 of 2 trials), provenance.host (1 of 2 trials); say --space when it is read',
    );
    expect(written.stderr).toContain('(test_ema_epoch): 2 of 2 trials here');
    const back = netspace(['convert', file, '--format', 'jsonl', '--space', 'a']).stdout.trim().split('\n');
    expect(back.map((line) => JSON.parse(line) as object)).toMatchObject([
      {
        space: 'a',
        status: 'completed',
        error: 0.25,
        recipe: { epochs: 2, schedule: 'cos' },
        seed: 4294967295,
      },
      { space: 'a', status: 'failed', reason: 'out of memory', flops: 5 },
    ]);
  });

  it('reads standard input of any kind, for itself and for the store', () => {
    const file = join(folder, 'piped.parquet');
    netspace(['convert', jsonl, '-o', file]);
    const input = readFileSync(file);
    expect(netspace(['convert', '-', '--format', 'jsonl'], { input }).stdout).toBe(lines);
    const store = join(folder, 'piped.db');
    const nameless = netspace(['import', '-', '--store', store], { input });
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('say --sweep NAME')]);
    netspaceJson(['import', '-', '--store', store, '--sweep', 'piped', '--json'], { input });
    expect(netspace(['export', 'piped', '--store', store]).stdout).toBe(lines);
    const broken = netspace(['convert', '-', '--format', 'csv'], { input: `${lines}{"space":\n` });
    expect([broken.code, broken.stdout]).toEqual([1, '']);
    expect(broken.stderr).toContain('standard input:3: the JSON ends too early');
  }, 180_000);

  it('refuses a name that tells no format', () => {
    const { code, stderr } = netspace(['convert', jsonl, '-o', join(folder, 'whole.xlsx')]);
    expect(code).toBe(2);
    expect(stderr).toContain('no format is known by this name; end it in .jsonl, .csv, .parquet');
  });

  it('writes nothing where a trial is wrong', () => {
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, `${lines}{"space":\n`);
    const output = join(folder, 'none.csv');
    expect(netspace(['convert', broken, '-o', output]).stderr).toContain(
      `${broken}:3: the JSON ends too early`,
    );
    expect(() => readFileSync(output)).toThrow('ENOENT');
  });

  const python = process.env['NETSPACE_PANDAS_PYTHON'] ?? '';
  it.skipIf(python === '')('writes Parquet that pandas and pyarrow read, curves as lists of structs', () => {
    const file = join(folder, 'pandas.parquet');
    netspace(['convert', jsonl, '-o', file]);
    const script = `import pandas, sys
table = pandas.read_parquet(sys.argv[1])
print(table.loc[0, "curve"][1]["validationError"], table["flops"].tolist(), table.loc[1, "reason"], table["recipe.schedule"][0])`;
    const { stdout } = spawnSync(python, ['-c', script, file], { encoding: 'utf8' });
    expect(stdout).toBe('0.25 [5, 5] out of memory cos\n');
  });
});
