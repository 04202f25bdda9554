/** Reads the drawing in ARCHITECTURE.md and the imports in the packages, and says where they differ. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** A row of the drawing. */
interface Floor {
  readonly floor: number;
  readonly name: string;
  readonly imports: readonly string[];
}

export interface Drawing {
  readonly floors: readonly Floor[];
  readonly pure: readonly string[];
  /** A name from outside, and the only package that may import it. */
  readonly doors: ReadonlyMap<string, string>;
}

/** A source file with all that it imports, as written. */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

export interface Package {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly sources: readonly Source[];
}

const scope = '@netspace/';

export function parseDrawing(markdown: string): Drawing {
  const rows = markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
  const cells = rows.filter((row) => /^\s*\d+\s*$/.test(row[0] ?? ''));
  const names = cells.map((row) => quoted(row[1])[0] ?? '');
  const floors = cells.map((row, index) => {
    const name = names[index] ?? '';
    const all = row[3]?.trim() === 'all';
    return {
      floor: Number(row[0]),
      name,
      imports: all ? names.filter((other) => other !== name) : quoted(row[3]),
    };
  });
  const doors = rows
    .filter((row) => row.length === 2 && names.includes(quoted(row[0])[0] ?? ''))
    .flatMap((row) => quoted(row[1]).map((outside) => [outside, quoted(row[0])[0] ?? ''] as const));
  return { floors, pure: quoted(/^.*\bare pure:/m.exec(markdown)?.[0]), doors: new Map(doors) };
}

/** The words in backticks. */
function quoted(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** All packages of the workspace with their sources, without their tests. */
export function readPackages(folder: string): Package[] {
  return readdirSync(folder).map((name) => {
    const manifest = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const files = readdirSync(join(folder, name)).filter((file) => /\.m?ts$|\.mjs$/.test(file));
    return {
      name,
      dependencies: Object.keys(manifest.dependencies ?? {}),
      sources: files.map((file) => readSource(join(folder, name, file))),
    };
  });
}

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return { path, text, imports: importedFiles.map(({ fileName }) => fileName) };
}

/** Where package.json and the drawing differ, and where the drawing itself points up or sideways. */
export function checkDependencies({ floors }: Drawing, packages: readonly Package[]): string[] {
  const drawn = new Map(floors.map((row) => [row.name, row]));
  return packages.flatMap(({ name, dependencies }) => {
    const row = drawn.get(name);
    if (row === undefined) return [`${name} is not drawn`];
    const declared = dependencies
      .filter((other) => other.startsWith(scope))
      .map((other) => other.slice(scope.length));
    return [
      ...declared
        .filter((other) => !row.imports.includes(other))
        .map((other) => `${name} depends on ${other}, which is not drawn`),
      ...row.imports
        .filter((other) => !declared.includes(other))
        .map((other) => `${name} is drawn on ${other}, but does not depend on it`),
      ...row.imports
        .filter((other) => (drawn.get(other)?.floor ?? Infinity) >= row.floor)
        .map((other) => `${name} imports ${other}, which is no floor below it`),
    ];
  });
}

/** Where a source imports what its package does not declare, leaves its package, or uses another's door. */
export function checkImports({ doors }: Drawing, packages: readonly Package[]): string[] {
  return packages.flatMap(({ name, dependencies, sources }) =>
    sources.flatMap(({ path, imports }) =>
      imports.flatMap((imported) => {
        if (imported.startsWith('.'))
          return relative(dirname(path), resolve(dirname(path), imported)).startsWith('..')
            ? [`${path} leaves its package: ${imported}`]
            : [];
        const outside = packageOf(imported);
        const door = doors.get(outside);
        if (door !== undefined && door !== name)
          return [`${path} imports ${outside}, for which ${door} is the door`];
        // A package calls itself by name where it needs a file of its own that is not compiled: a .mjs of the set-up.
        const isKnown = [...dependencies, `${scope}${name}`].includes(outside);
        return imported.startsWith('node:') || isKnown
          ? []
          : [`${path} imports ${outside}, which ${name} does not declare`];
      }),
    ),
  );
}

/** "@scope/name/file" → "@scope/name". */
function packageOf(imported: string): string {
  return imported.split('/', imported.startsWith('@') ? 2 : 1).join('/');
}

/** What a pure package must not touch, by the name it goes by in code. */
const impure =
  /\b(?:Math\.random|Date\.now|new Date\(\)|performance\.now|console\.\w+|process\.\w+|setTimeout|setInterval)\b/;

export function checkPurity({ pure }: Drawing, packages: readonly Package[]): string[] {
  return packages
    .filter(({ name }) => pure.includes(name))
    .flatMap(({ sources }) => sources)
    .flatMap(({ path, text, imports }) => [
      ...imports
        .filter((imported) => imported.startsWith('node:'))
        .map((imported) => `${path} imports ${imported}`),
      ...(impure.exec(withoutComments(text)) ?? []).map((touched) => `${path} touches ${touched}`),
    ]);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

/** Files that import themselves by way of others, types included; each circle as a path. */
export function findCircles(packages: readonly Package[]): string[] {
  const sources = packages.flatMap((one) => one.sources);
  const next = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports
        .filter((imported) => imported.startsWith('.'))
        .map((imported) => resolve(dirname(path), imported)),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const other of next.get(path) ?? []) visit(other, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return circles;
}
