/**
 * Builds the pages: `web/main.*` with all that it imports becomes one script and one style sheet, whose names hold hashes of their contents,
 * and `web/index.html` names them. Run by the set-up, and by hand after a change: node packages/dashboard/bundle.mjs
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** @param {string} output folder that is made anew */
export async function bundlePages(output = join(folder, 'dist', 'pages')) {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(folder, 'web', 'main.tsx')],
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
  const entry = Object.entries(metafile.outputs).find(([, made]) => made.entryPoint !== undefined);
  if (entry === undefined) throw new Error('esbuild made nothing of web/main.tsx');
  const [script, { cssBundle }] = entry;
  const page = readFileSync(join(folder, 'web', 'index.html'), 'utf8')
    .replace('main.js', basename(script))
    .replace('main.css', basename(cssBundle ?? ''));
  writeFileSync(join(output, 'index.html'), page);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePages();
