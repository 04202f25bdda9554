import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newStore = (): string => join(folder, `store-${files++}.db`);
function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A line as `export` writes it, by its fixed order of keys. */
const network =
  '{"stem":{"kind":"simple","width":32},"stages":[{"depth":1,"width":24,"stride":2,"bottleneckRatio":1,"groupWidth":8}],"block":"bottleneck","seRatio":0,"head":{"width":0},"activation":"relu"}';
const complexity = '"flops":5,"params":6,"activations":7';
const lines = [
  `{"space":"a","network":${network},"status":"completed","error":0.25,"bestError":0.2,${complexity},"recipe":{"epochs":2,"schedule":"cos","nesterov":true},"seed":4294967295,"generator":{"depth":13},"curve":[{"epoch":1,"trainLoss":2.5,"validationError":0.5},{"epoch":2,"validationError":0.25,"emaError":0.125}],"provenance":{"host":"h","versions":{"node":"20"}}}`,
  `{"space":"a","network":${network},"status":"completed","error":0.5,${complexity},"stopped":{"by":"median","epoch":1}}`,
  `{"space":"b","network":${network},"status":"diverged","error":1,${complexity},"curve":[{"epoch":1}]}`,
  `{"space":"b","network":${network},"status":"failed",${complexity},"seed":0,"reason":"out of memory"}`,
  `{"space":"b","network":${network},"status":"planned",${complexity},"recipe":{"epochs":2},"seed":1}`,
].map((line) => `${line}\n`);

describe('netspace import', () => {
  it('and export give back the very bytes of an exported sweep, failures and curves included', () => {
    const file = write('whole.jsonl', lines.join(''));
    const store = newStore();
    expect(netspaceJson(['import', file, '--store', store, '--json'])).toMatchObject([
      { name: 'whole', added: true, trials: 5, skipped: 0, file: 'whole.jsonl', format: 'jsonl' },
    ]);
    expect(netspace(['export', 'whole', '--store', store]).stdout).toBe(lines.join(''));
    expect(netspaceJson(['analyze', 'whole', '--store', store, '--json'])).toEqual(
      netspaceJson(['analyze', file, '--json']),
    );
  });

  it('recognises a file that it has taken already, under another name too', () => {
    const file = write('once.jsonl', lines.join(''));
    const store = newStore();
    netspaceJson(['import', file, '--store', store, '--json']);
    copyFileSync(file, join(folder, 'copy.jsonl'));
    expect(netspaceJson(['import', join(folder, 'copy.jsonl'), '--store', store, '--json'])).toMatchObject([
      { sweep: 1, name: 'once', added: false },
    ]);
    expect(netspaceJson(['status', '--store', store, '--json'])).toHaveLength(1);
  });

  it('reads what was packed by gzip, and says so where that is torn', () => {
    const plain = write('packed.jsonl', lines.join(''));
    const packed = gzipSync(lines.join(''));
    const file = join(folder, 'packed.jsonl.gz');
    writeFileSync(file, packed);
    const store = newStore();
    expect(netspaceJson(['import', file, '--store', store, '--json'])).toMatchObject([
      { name: 'packed', added: true, trials: 5, skipped: 0, format: 'jsonl' },
    ]);
    expect(netspaceJson(['analyze', file, '--json'])).toEqual(netspaceJson(['analyze', plain, '--json']));
    const torn = join(folder, 'cut.jsonl.gz');
    writeFileSync(torn, packed.subarray(0, packed.length / 2));
    const refused = netspace(['analyze', torn]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${torn}: cannot be gunzipped (unexpected end of file)`);
  });

  it('takes nothing where a line is wrong, says which and why, and takes the rest when asked', () => {
    const file = write(
      'torn.jsonl',
      [lines[0], '{"space":"a"\n', lines[3], '{"space":"a","eror":1}\n'].join(''),
    );
    const store = newStore();
    const refused = netspace(['import', file, '--store', store]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${file}:2: the JSON ends too early`);
    expect(refused.stderr).toContain(`${file}:4: unknown key "eror"; did you mean error?`);
    expect(refused.stderr).toContain('2 of 4 trials cannot be read, so none was taken');
    expect(netspace(['status', '--store', store]).code).toBe(2);
    const taken = netspace(['import', file, '--store', store, '--skip-bad', '--json']);
    expect(taken.stderr).toContain(`${file}:2: `);
    expect(JSON.parse(taken.stdout)).toMatchObject({ added: true, trials: 2, skipped: 2 });
    expect(netspace(['export', 'torn', '--store', store]).stdout).toBe(`${lines[0]}${lines[3]}`);
  });

  it('mixes no trials with a sweep of another file', () => {
    const store = newStore();
    netspaceJson(['import', write('one.jsonl', lines.join('')), '--store', store, '--json']);
    const other = write('other.jsonl', lines.slice(1).join(''));
    const { code, stderr } = netspace(['import', other, '--sweep', 'one', '--store', store]);
    expect(code).toBe(2);
    expect(stderr).toContain('has another sweep "one" (#1); choose a name with --sweep');
  });

  it('refuses a curve that has an epoch twice', () => {
    const file = write('twice.jsonl', (lines[2] ?? '').replace('[{"epoch":1}]', '[{"epoch":1},{"epoch":1}]'));
    const { code, stderr } = netspace(['import', file, '--store', newStore()]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:1: "curve" has an epoch twice`);
  });

  it('takes tables of other names by --map, and says what is wrong with them, as every command does', () => {
    const store = newStore();
    const file = write('named.csv', 'arch,depths,widths,err\nA,1/2,16/32,50\nA,1,16,150\nA,1,16,25\n');
    const map = ['--map', 'space=arch,error=err%'];
    for (const command of ['analyze', 'import']) {
      const refused = netspace([command, file, ...map, '--store', store]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`${file}:3: "error" is 1.5, but must be a fraction`);
      expect(refused.stderr).toContain('1 of 3 trials cannot be read, so none was taken');
    }
    const [{ groups }] = netspaceJson(['analyze', file, ...map, '--skip-bad', '--json']) as [
      { groups: object[] },
    ];
    expect(groups).toMatchObject([{ name: 'A', n: 2, min: 0.25, mean: 0.375 }]);
    const [imported] = netspaceJson(['import', file, ...map, '--skip-bad', '--store', store, '--json']);
    expect(imported).toMatchObject({ added: true, trials: 2, skipped: 1, columns: [{}, { by: 100 }] });
    // Another reading of the same file is another population.
    const other = netspace(['import', file, '--map', 'space=arch,error=err/200', '--store', store]);
    expect(other.stderr).toContain('has another sweep "named"');
  });

  it('calls one trial one trial', () => {
    const file = write('single.jsonl', lines[0] ?? '');
    expect(netspace(['import', file, '--store', newStore()]).stdout).toBe('1 trial is sweep single (#1)\n');
  });

  it('takes tables', () => {
    const store = newStore();
    const file = write('table.csv', 'space,depths,widths,error\na,1/2,16/32,0.5\na,1,16,0.25\n');
    netspaceJson(['import', file, '--sweep', 't', '--store', store, '--json']);
    expect(netspaceJson(['trials', 't', '--store', store, '--json'])).toMatchObject([
      { space: 'a', error: 0.5, network: { stages: [{ width: 16 }, { width: 32 }] } },
      { space: 'a', error: 0.25 },
    ]);
  });
});
