/** The scripts that a report carries in itself: the chart library, its interpreter of expressions, and the page's own. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

export interface Script {
  /** JavaScript that holds nothing that would end its element. */
  readonly text: string;
  /** `module` runs when the page is read, after the classic ones. */
  readonly kind: 'classic' | 'module';
}

/** In the order in which they stand in the page. */
export async function readScripts(): Promise<Script[]> {
  const vega = await readFile(join(dirname(require.resolve('vega')), 'vega.min.js'), 'utf8');
  const interpreter = await readFile(require.resolve('vega-interpreter'), 'utf8');
  const own = await Promise.all(['client-charts', 'client-table', 'client-downloads'].map(readOwn));
  return [
    { text: inert(vega), kind: 'classic' },
    { text: inert(onGlobalVega(interpreter)), kind: 'module' },
    ...own.map((text): Script => ({ text: inert(text), kind: 'module' })),
  ];
}

/** The `'sha256-…'` of a script or style for a content security policy. */
export function policyHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A page's scripts are compiled by the build; from source they are read out of its output, too. */
async function readOwn(name: string): Promise<string> {
  const folder = import.meta.url.endsWith('.ts') ? './dist/' : './';
  const text = await readFile(new URL(`${folder}${name}.js`, import.meta.url), 'utf8').catch(() => {
    throw new Error(`the report's script ${name}.js is not built; run: npx tsc -b packages/report`);
  });
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

/** The interpreter comes as a module that imports three functions of Vega; in the page they are those of the global `vega`. */
function onGlobalVega(module: string): string {
  const bound = module
    .replace(/^import \{([^}]*)\} from 'vega-util';/m, 'const {$1} = vega;')
    .replace(/^export \{ (\w+) as expressionInterpreter \};/m, 'globalThis.expressionInterpreter = $1;')
    .replace(/^\/\/# sourceMappingURL=.*$/m, '');
  if (/^(import|export) /m.test(bound))
    throw new Error(
      'vega-interpreter has changed its imports or exports; adapt packages/report/scripts.ts to its version',
    );
  return bound;
}

/** Breaks what would end or comment out a script; in JavaScript these letters occur in texts and patterns alone, where `\` before `/` and `!` means nothing. */
function inert(script: string): string {
  return script.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
}
