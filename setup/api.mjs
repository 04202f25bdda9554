/**
 * Writes the pages of the programming interface, one module an export of our packages, to docs/api. A comment that leads nowhere, or a type
 * that a signature names and no module exports, fails it. Usage: npm run api [FOLDER]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Comment, ReflectionKind } from 'typedoc';
import { publishedEntries } from './pack.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'docs', 'api');

const packages = readdirSync(join(root, 'packages'));

/** The source of each export that is published, and the words that import it. */
const modules = new Map(
  packages.flatMap((name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    return publishedEntries(manifest).map(([path, { 'netspace-source': source = '' }]) => {
      const file = join(root, 'packages', name, source);
      return /** @type {const} */ ([
        join(name, source).replace(/\.(ts|mjs)$/, ''),
        { source: file, words: join('@netspace', name, path) },
      ]);
    });
  }),
);

const app = await Application.bootstrap({
  name: 'netspace',
  entryPoints: [...modules.values()].map(({ source }) => source),
  out: folder,
  // A folder that somebody names may hold other things.
  cleanOutputDir: process.argv[2] === undefined,
  basePath: join(root, 'packages'),
  tsconfig: join(root, 'setup', 'api.tsconfig.json'),
  readme: join(root, 'docs', 'library.md'),
  // Types are checked by tsc already.
  skipErrorChecking: true,
  disableSources: true,
  excludeInternal: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
});
const project = await app.convert();
if (project) {
  for (const module of project.getReflectionsByKind(ReflectionKind.Module)) nameModule(module);
  checkPackages(project);
}
const failed = project === undefined || app.logger.hasErrors() || app.logger.hasWarnings();
if (!failed) {
  await app.generateOutputs(project);
  console.log(`${modules.size} modules are in ${folder}`);
}
process.exitCode = failed ? 1 : 0;

/** By its import, and with the comment on top of its file, which typedoc would read behind a tag alone. @param {import('typedoc').Reflection} module */
function nameModule(module) {
  const { source, words } = modules.get(module.name) ?? {};
  if (source === undefined || words === undefined) return;
  module.name = words;
  const [, text = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(source, 'utf8')) ?? [];
  module.comment = new Comment([{ kind: 'text', text: text.replaceAll(/^ *\* ?/gm, '').trim() }]);
}

/** typedoc takes what another package keeps to itself for meant, so each of ours is looked at as if it were the project. @param {import('typedoc').ProjectReflection} whole */
function checkPackages(whole) {
  const { packageName } = whole;
  for (const name of packages) {
    whole.packageName = `@netspace/${name}`;
    app.validate(whole);
    app.options.setValue('validation', { notExported: true, invalidLink: false, invalidPath: false });
  }
  Object.assign(whole, { packageName });
}
