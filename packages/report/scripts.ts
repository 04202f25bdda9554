/**
 * The script that a page carries: the page's own modules and the few of the house that they import, linked into one text.
 *
 * A page opened from disk may not load modules from other files. So each module comes after those it imports, without its imports and exports.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The text of a module script; it holds nothing that would end its element. */
export async function readScript(): Promise<string> {
  const own = fileURLToPath(import.meta.url);
  const modules = new Map<string, string>();
  await gather(built(join(dirname(own), `client${own.endsWith('.ts') ? '.ts' : '.js'}`)), modules);
  const text = [...modules.values()].join('\n');
  checkNames(text);
  return inert(text);
}

/** The `'sha256-…'` of a script or style for a content security policy. */
export function policyHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const importLine = /^import (?:\{[^}]*\} from )?['"]([^'"]+)['"];$/gm;

/** Adds a module behind all that it imports. */
async function gather(file: string, modules: Map<string, string>): Promise<void> {
  if (modules.has(file)) return;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`the report's script ${basename(file)} is not built; run: npx tsc -b packages/report`);
  });
  for (const [, specifier = ''] of text.matchAll(importLine)) await gather(locate(specifier, file), modules);
  modules.set(file, unbound(text));
}

function locate(specifier: string, from: string): string {
  return built(specifier.startsWith('.') ? resolve(dirname(from), specifier) : require.resolve(specifier));
}

/** What tsc has made of a source file; tests run from sources. */
function built(file: string): string {
  return file.endsWith('.ts') ? join(dirname(file), 'dist', basename(file).replace(/ts$/, 'js')) : file;
}

function unbound(text: string): string {
  const bare = text
    .replaceAll(importLine, '')
    .replaceAll(/^export (?=async |function |const |class )/gm, '')
    .replaceAll(/^export \{\};$/gm, '')
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replaceAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replaceAll(/^ *\/\/.*\n/gm, '');
  const left = /^(?:import|export)\b.*/m.exec(bare)?.[0];
  if (left !== undefined) throw new Error(`packages/report/scripts.ts cannot link "${left}"`);
  return bare;
}

/** Linked modules share one scope, in which no name may stand twice. */
function checkNames(text: string): void {
  const names = [...text.matchAll(/^(?:async )?(?:function\*?|const|let|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new Error(`two modules of the report's script define "${twice}"; give one of them another name`);
}

/** Breaks what would end or comment out a script; in JavaScript these letters occur in texts and patterns alone, where `\` before `/` and `!` means nothing. */
function inert(script: string): string {
  return script.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
}
