/** The pure packages in a browser: bundled, without a module of Node, and small. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const require = createRequire(new URL('../packages/dashboard/package.json', import.meta.url));
const { build } = require('esbuild') as {
  build(options: object): Promise<{ outputFiles: readonly { readonly text: string }[] }>;
};

/** All entries of a package but those that draw or read by libraries of others, and what the docs say that they weigh at most, in kB gzipped. */
const weights = { stats: 15, network: 145, space: 155, population: 130, analysis: 150 };
const heavy = /draw$|parquet/;

async function bundle(name: string): Promise<string> {
  const manifest = JSON.parse(readFileSync(`${packages}/${name}/package.json`, 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const entries = Object.keys(manifest.exports).filter((path) => !heavy.test(path));
  const contents = entries
    .map((path, i) => `export * as m${i} from '@netspace/${name}${path.slice(1)}';`)
    .join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

describe('in a browser', () => {
  it.each(Object.entries(weights))(
    '%s runs without Node and weighs at most %i kB',
    async (name, most) => {
      const text = await bundle(name);
      const size = gzipSync(text).length / 1000;
      console.log(`${name}: ${(text.length / 1000).toFixed(0)} kB, ${size.toFixed(0)} kB gzipped`);
      expect(text).not.toMatch(/\brequire\(|from\s*"node:/);
      expect(size).toBeLessThan(most);
      // What nothing of Node is there for: globals of a page alone.
      const script = `const vm = require('node:vm'); let text = ''; process.stdin.on('data', (part) => (text += part)).on('end', () => {
      const names = vm.runInNewContext(text.replace(/export\\{([^}]*)\\};?\\s*$/, ''), {}); console.log('ran'); });`;
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
        input: text,
        encoding: 'utf8',
      });
      expect(stdout, stderr).toBe('ran\n');
    },
    120_000,
  );

  it('states every weight in the docs', () => {
    const docs = readFileSync(fileURLToPath(new URL('../docs/library.md', import.meta.url)), 'utf8');
    for (const [name, most] of Object.entries(weights))
      expect(docs).toMatch(new RegExp(`\\| \`${name}\` *\\| ${most} kB`));
    expect(readdirSync(packages)).toEqual(expect.arrayContaining(Object.keys(weights)));
  });
});
