/** The packages as others get them: packed, installed by npm into an empty project, and used there. */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePages } from '../packages/dashboard/bundle.mjs';
import { repeatable, writeBill } from '../setup/bill-of-materials.mjs';
import { packAll } from '../setup/pack.mjs';
import { openRegistry, type Registry } from './local-registry.ts';
import { findOtherNode, run as runIn, type OtherNode } from './other-node.ts';
import { tinyPlan } from './tiny-plan.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-packed-'));
const project = join(folder, 'ein Ordner für Übungen');

const tiny = {
  stem: { kind: 'simple', width: 8 },
  stages: [{ depth: 1, width: 8, stride: 2, bottleneckRatio: 1, groupWidth: 4 }],
};

const journey = tinyPlan({ name: 'journey', networks: 2, limit: 1000 });

interface Published {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const run = (command: string, words: readonly string[], cwd = project) => runIn(command, words, cwd);

function listing(file: string): string[] {
  return spawnSync('tar', ['-tzf', file], { encoding: 'utf8' }).stdout.trim().split('\n');
}

function manifestIn(file: string): Published {
  return JSON.parse(
    spawnSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' }).stdout,
  ) as Published;
}

let tarballs: ReadonlyMap<string, string>;
let registry: Registry;

beforeAll(async () => {
  tarballs = packAll(join(folder, 'tarballs'));
  const manifests = new Map([...tarballs].map(([name, file]) => [name, { ...manifestIn(file) }]));
  registry = await openRegistry(tarballs, manifests);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  const settings = [`--registry=${registry.address}`, `--cache=${join(folder, 'cache')}`];
  // Scripts of others would download or compile: what they make is in the workspace already.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  const { code, stderr } = await run('npm', ['install', ...settings, ...quiet, ...tarballs.values()]);
  if (code !== 0) throw new Error(`npm install ended with ${code}: ${stderr}`);
}, 600_000);

afterAll(async () => {
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Imports all entries of all packages, samples, and says so. */
function writeVisit(): string {
  const entries = [...tarballs.values()]
    .map(manifestIn)
    .flatMap(({ name, exports }) => Object.keys(exports).map((path) => `${name}${path.slice(1)}`));
  const text = `for (const entry of ${JSON.stringify(entries)}) await import(entry);
const { sampleNetworks } = await import('@netspace/space/sample');
const { findSpace } = await import('@netspace/space/builtin');
const input = { resolution: 224, channels: 3, classes: 1000 };
const { networks } = sampleNetworks(findSpace('anynet-a'), { count: 3, seed: 1, input });
console.log(${entries.length}, networks.map(({ complexity }) => complexity.flops).join());
process.exit();
`;
  writeFileSync(join(project, 'visit.js'), text);
  return `${entries.length} `;
}

describe('a packed package', () => {
  it('holds what is compiled, its licence and what it reads, and no source', () => {
    expect(tarballs.size).toBe(readdirSync(join(root, 'packages')).length);
    for (const file of tarballs.values()) {
      const names = listing(file);
      expect(names.filter((name) => /(?<!\.d)\.tsx?$|\.map$|\/test\/|tsbuildinfo/.test(name))).toEqual([]);
      expect(names).toEqual(
        expect.arrayContaining(['package/LICENSE', 'package/NOTICE', 'package/README.md']),
      );
      expect(JSON.stringify(manifestIn(file))).not.toMatch(/workspace:|netspace-source|"private"/);
    }
  });

  it('is the same bytes when it is packed again', () => {
    const again = packAll(join(folder, 'again'));
    const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
    for (const [name, file] of again) expect(hash(file), name).toBe(hash(tarballs.get(name) ?? ''));
  }, 300_000);
});

describe('a release', () => {
  it('has a bill of materials with the licence of everything that is installed', async () => {
    const file = join(folder, 'bill.json');
    await writeBill([...tarballs.values()], file, [
      `--registry=${registry.address}`,
      `--cache=${join(folder, 'cache')}`,
    ]);
    const bill = JSON.parse(readFileSync(file, 'utf8')) as {
      spdxVersion: string;
      packages: { name: string; versionInfo: string; licenseDeclared?: string; downloadLocation: string }[];
    };
    expect(bill.spdxVersion).toMatch(/^SPDX-2/);
    const listed = new Map(bill.packages.map(({ name, licenseDeclared }) => [name, licenseDeclared]));
    for (const name of [...tarballs.keys(), 'zod', 'fastify', 'better-sqlite3', '@tensorflow/tfjs-node'])
      expect(listed.get(name), name).toMatch(/Apache-2.0|MIT/);
    const other = { ...bill, creationInfo: { created: 'now' }, documentNamespace: `x-${randomUUID()}` };
    const files = [...tarballs.values()];
    const [first, again] = [
      repeatable(other, files),
      repeatable({ ...other, documentNamespace: `x-${randomUUID()}` }, files),
    ];
    expect(again).toEqual(first);
    expect(JSON.stringify(bill)).not.toContain(folder);
  }, 300_000);

  it('names in NOTICE what its pages are bundled with', async () => {
    const notice = readFileSync(join(root, 'NOTICE'), 'utf8');
    const bundled = await bundlePages(join(folder, 'pages'));
    expect(bundled).toContain('preact');
    for (const name of bundled) expect(notice).toContain(`\n  ${name}. Copyright`);
  }, 120_000);

  it('tells its version in the changelog', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`);
    for (const name of readdirSync(join(root, 'packages')))
      expect(JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))).toMatchObject({
        version,
      });
  });
});

describe('in an empty project, in a folder with spaces and umlauts', () => {
  it('every entry can be imported, and networks sampled', async () => {
    const entries = writeVisit();
    const { code, stdout, stderr } = await run(process.execPath, ['visit.js']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp(`^${entries}\\d+,\\d+,\\d+\n$`));
    expect(code).toBe(0);
  }, 120_000);

  it('the command runs, on its own images too', async () => {
    const command = join(project, 'node_modules', '.bin', 'netspace');
    const zoo = await run(command, ['complexity', 'RegNetX-200MF']);
    expect(zoo.stdout).toMatch(/RegNetX-200MF +199040872 +2684792/);
    const images = await run(command, ['data', 'info', 'fashion-mnist-12k']);
    expect(images.code).toBe(0);
  }, 120_000);

  it('netspace setup puts the library where training finds it', async () => {
    const command = join(project, 'node_modules', '.bin', 'netspace');
    const { code, stderr } = await run(command, ['setup']);
    expect(code, stderr).toBe(0);
    writeFileSync(join(project, 'network.json'), JSON.stringify(tiny));
    writeFileSync(join(project, 'recipe.yaml'), 'epochs: 1\nbatchSize: 512\n');
    const words = [
      'train',
      'network.json',
      '--data',
      'fashion-mnist-12k',
      '--recipe',
      'recipe.yaml',
      '--json',
    ];
    const trained = await run(command, words);
    expect(trained.stdout, trained.stderr).toMatch(/"error":0\.\d+/);
  }, 300_000);

  it('a program in TypeScript has types', async () => {
    writeFileSync(
      join(project, 'typed.ts'),
      `import { declarePlan } from '@netspace/sweep/declared-plan';
import { runSweep } from '@netspace/sweep/run-sweep';
import { analyse } from '@netspace/analysis/analysis';
const plan = declarePlan({ name: 'a', seed: 1, spaces: [{ space: 'regnetx', networks: 1 }], data: 'mnist' });
const { trials } = await runSweep(plan, { store: 'a.db' });
export const finding: string = analyse(trials).finding;
// @ts-expect-error: a plan has a name, not a title
declarePlan({ title: 'a', seed: 1, spaces: [], data: 'mnist' });
`,
    );
    const options = {
      module: 'NodeNext',
      target: 'ES2023',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['typed.ts'] }),
    );
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(await run(process.execPath, [compiler, '-p', '.'])).toMatchObject({ code: 0, stdout: '' });
  }, 120_000);

  describe.each(['22', '24'])('on Node %s', (version) => {
    let node: OtherNode | undefined;
    beforeAll(async () => {
      node = await findOtherNode(version);
      await node?.equip(project);
    }, 600_000);

    it('every entry can be imported, and networks sampled', async ({ skip }) => {
      if (node === undefined) return skip(`npm cannot get Node ${version} here`);
      const entries = writeVisit();
      const { stdout, stderr } = await run(node.program, ['visit.js']);
      expect(stdout, stderr).toMatch(new RegExp(`^${entries}\\d+,\\d+,\\d+\n$`));
    }, 300_000);

    it('a sweep is planned, trained by workers, kept, analysed and reported, and the model of a training used', async ({
      skip,
    }) => {
      if (node === undefined) return skip(`npm cannot get Node ${version} here`);
      const { program } = node;
      const command = join(project, 'node_modules', '@netspace', 'cli', 'bin', 'netspace.mjs');
      const netspace = async (...words: string[]): Promise<string> => {
        const { code, stdout, stderr } = await run(program, [command, ...words]);
        expect(code, stderr).toBe(0);
        return stdout;
      };
      writeFileSync(join(project, 'journey.yaml'), journey);
      const store = `node-${version}.db`;
      await netspace('run', 'journey.yaml', '--store', store, '--workers', '2');
      const analysis = JSON.parse(await netspace('analyze', 'journey', '--store', store, '--json')) as {
        groups: { n: number; failed: number }[];
      };
      expect(analysis.groups).toMatchObject([{ n: 2, failed: 0 }]);
      const report = `node-${version}.html`;
      await netspace('report', 'journey', '--store', store, '-o', report);
      expect(readFileSync(join(project, report), 'utf8')).toContain('<svg');
      await netspace('find', '--data', 'fashion-mnist-12k', '--flops', '1M', '--dry-run', '--store', store);
      writeFileSync(join(project, 'network.json'), JSON.stringify(tiny));
      const model = `node-${version}.safetensors`;
      const training = ['--data', 'fashion-mnist-12k', '--recipe', 'recipe.yaml', '--save', model];
      await netspace('train', 'network.json', ...training);
      const evaluation = await netspace('model', 'evaluate', model, '--data', 'fashion-mnist-12k', '--json');
      expect(evaluation).toMatch(/"error":0\.\d/);
    }, 300_000);
  });
});
