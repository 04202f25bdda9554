/**
 * Builds the pages: `web/main.*` with all that it imports becomes scripts and one style sheet, whose names hold hashes of their contents,
 * and `web/index.html` names those that come first; `web/space-worker.ts` is the script of a thread. Run by the set-up, and by hand after a change: node packages/dashboard/bundle.mjs
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Yields the names of the packages of others that the pages hold. @param {string} output folder that is made anew */
export async function bundlePages(output = join(folder, 'dist', 'pages')) {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(folder, 'web', 'main.tsx'), join(folder, 'web', 'space-worker.ts')],
    outdir: output,
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['netspace-source'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const main = madeOf(metafile, 'web/main.tsx');
  const page = readFileSync(join(folder, 'web', 'index.html'), 'utf8')
    .replace('main.js', main.script)
    .replace('main.css', main.style)
    .replace('space-worker.js', madeOf(metafile, 'web/space-worker.ts').script);
  writeFileSync(join(output, 'index.html'), page);
  const foreign = Object.keys(metafile.inputs).flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(foreign)].toSorted();
}

/**
 * @param {import('esbuild').Metafile} metafile
 * @param {string} source
 */
function madeOf({ outputs }, source) {
  const entry = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (entry === undefined) throw new Error(`esbuild made nothing of ${source}`);
  const [script, { cssBundle = '' }] = entry;
  return { script: basename(script), style: basename(cssBundle) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePages();
