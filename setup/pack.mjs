/**
 * Packs the packages as they are published: what is compiled, its types, and what it reads; no sources, and no names of this workspace.
 * Two runs make the same bytes. Usage, after `npx tsc -b`: node setup/pack.mjs [FOLDER], release when left out.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A manifest of ours, as far as it is read here.
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} description
 * @property {string[]} files
 * @property {Record<string, Record<string, string>>} exports
 * @property {Record<string, string>} dependencies
 */

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages that know nothing of Node, and whose files do nothing when they are loaded. */
const pure = ['stats', 'network', 'space', 'population', 'analysis'];

/** What the pages of the dashboard are made with; the pages are published ready made. */
const builders = ['esbuild', 'preact'];

/** The tarballs, by the packages' names. @param {string} folder */
export function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), 'netspace-pack-'));
  try {
    const names = readdirSync(join(root, 'packages')).toSorted();
    names.forEach((name) => stagePackage(name, join(stage, name)));
    const words = [
      'pack',
      '--json',
      '--pack-destination',
      resolve(folder),
      ...names.map((name) => `./${name}`),
    ];
    const { status, stdout, stderr } = spawnSync('npm', words, { cwd: stage, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
    /** @type {{ name: string, filename: string }[]} */
    const packed = Object.values(JSON.parse(stdout));
    return new Map(packed.map(({ name, filename }) => [name, join(resolve(folder), filename)]));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @param {string} name @param {string} folder */
function stagePackage(name, folder) {
  const source = join(root, 'packages', name);
  const left = new Set(['node_modules', 'test', 'bundle.mjs', 'make.mjs', '.tsbuildinfo']);
  cpSync(source, folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify(publishedManifest(name, manifest), null, 2)}\n`,
  );
  for (const file of ['LICENSE', 'NOTICE']) copyFileSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, 'README.md'), readmeOf(manifest));
}

/** What is offered to others: tests of a contract, and what runs before anything is compiled, are not. @param {Pick<Manifest, 'exports'>} manifest */
export function publishedEntries({ exports }) {
  return Object.entries(exports).filter(([, { types = '' }]) => types.startsWith('./dist/'));
}

/** Exact versions of our own packages, entries of compiled files alone. @param {string} name @param {Manifest} manifest */
function publishedManifest(name, manifest) {
  const {
    private: _,
    devDependencies: __,
    ...kept
  } = /** @type {Manifest & Record<string, unknown>} */ (manifest);
  const entries = publishedEntries(manifest);
  const dependencies = Object.entries(manifest.dependencies ?? {})
    .filter(([each]) => !builders.includes(each))
    .map(([each, version]) => [each, version.replace('workspace:*', manifest.version)]);
  return {
    ...kept,
    files: [...manifest.files, 'NOTICE'],
    engines: { node: '>=20.19' },
    ...(pure.includes(name) && { sideEffects: false }),
    exports: Object.fromEntries(
      entries.map(([path, { types, default: file }]) => [path, { types, default: file }]),
    ),
    dependencies: Object.fromEntries(dependencies),
  };
}

/** @param {Manifest} manifest */
function readmeOf({ name, description, exports }) {
  const entries = Object.keys(exports).filter((path) => !/contract|test-/.test(path));
  const list = entries.map((path) => `- \`${name}${path.slice(1)}\`\n`).join('');
  const what = `Part of netspace, which explores design spaces of convolutional networks: ${description}.`;
  return `# ${name}\n\n${what}\n${list === '' ? '' : `\nIts entries:\n\n${list}`}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, file] of packAll(process.argv[2] ?? join(root, 'release')))
    console.log(`${name} ${file}`);
