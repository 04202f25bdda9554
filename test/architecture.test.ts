/** The drawing in ARCHITECTURE.md is the law, and the code keeps it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  checkDependencies,
  checkImports,
  checkPurity,
  findCircles,
  parseDrawing,
  readPackages,
} from './architecture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const drawing = parseDrawing(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
const packages = readPackages(join(root, 'packages'));

describe('the house', () => {
  it('has a row for each package and a package for each row', () => {
    expect(drawing.floors.map(({ name }) => name).toSorted()).toEqual(
      readdirSync(join(root, 'packages')).toSorted(),
    );
  });

  it('is built as it is drawn, and imports only downward', () => {
    expect(checkDependencies(drawing, packages)).toEqual([]);
  });

  it('has sources that import only what their package declares, and each thing from outside by its door', () => {
    expect(drawing.doors.size).toBeGreaterThan(0);
    expect(checkImports(drawing, packages)).toEqual([]);
  });

  it('has pure packages without Node, clock, console or hidden randomness', () => {
    expect(drawing.pure).toEqual(['stats', 'network', 'space', 'population', 'analysis']);
    expect(checkPurity(drawing, packages)).toEqual([]);
  });

  it('has no files that import in a circle', () => {
    expect(findCircles(packages)).toEqual([]);
  });

  it('offers only files that are there', () => {
    for (const { name } of packages) {
      const { exports = {} } = JSON.parse(
        readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'),
      ) as {
        exports?: Record<string, Record<string, string>>;
      };
      for (const [path, { 'netspace-source': source = '' }] of Object.entries(exports))
        expect(existsSync(join(root, 'packages', name, source)), `${name} offers ${path}`).toBe(true);
    }
  });
});

describe('a breach', () => {
  const law = parseDrawing(
    [
      '| 2 | `upper` | | `lower` |',
      '| 1 | `lower` | | – |',
      '`lower` are pure: nothing.',
      '| `upper` | `driver` |',
    ].join('\n'),
  );
  const file = (path: string, imports: string[], text = '') => ({
    path: join('/packages', path),
    imports,
    text,
  });
  const upper = (imports: string[] = [], dependencies = ['@netspace/lower', 'driver']) => ({
    name: 'upper',
    dependencies,
    sources: [file('upper/a.ts', imports)],
  });
  const lower = (imports: string[] = [], text = '', dependencies: string[] = []) => ({
    name: 'lower',
    dependencies,
    sources: [file('lower/b.ts', imports, text)],
  });

  it('is none when all is as drawn', () => {
    const built = [upper(['@netspace/lower/b', 'driver', 'node:fs', './c.ts']), lower(['./b2.ts'])];
    expect([
      ...checkDependencies(law, built),
      ...checkImports(law, built),
      ...checkPurity(law, built),
    ]).toEqual([]);
  });

  it.each([
    {
      breach: 'a dependency that is not drawn',
      found: checkDependencies(law, [lower([], '', ['@netspace/upper'])]),
      says: /lower depends on upper, which is not drawn/,
    },
    {
      breach: 'a drawn one that is not declared',
      found: checkDependencies(law, [upper([], [])]),
      says: /upper is drawn on lower, but does not/,
    },
    {
      breach: 'a package without a row',
      found: checkDependencies(law, [{ ...lower(), name: 'annex' }]),
      says: /annex is not drawn/,
    },
    {
      breach: 'a drawing that points up',
      found: checkDependencies(parseDrawing('| 1 | `upper` | | `lower` |\n| 1 | `lower` | | – |'), [upper()]),
      says: /no floor below/,
    },
    {
      breach: 'an import that is not declared',
      found: checkImports(law, [lower(['@netspace/upper/a'])]),
      says: /imports @netspace\/upper, which lower does not declare/,
    },
    {
      breach: 'a path out of the package',
      found: checkImports(law, [lower(['../upper/a.ts'])]),
      says: /leaves its package/,
    },
    {
      breach: "another's door",
      found: checkImports(law, [lower(['driver/sub'], '', ['driver'])]),
      says: /imports driver, for which upper is the door/,
    },
    {
      breach: 'Node in a pure package',
      found: checkPurity(law, [lower(['node:fs'])]),
      says: /imports node:fs/,
    },
    {
      breach: 'a clock in a pure package',
      found: checkPurity(law, [lower([], 'const now = Date.now();')]),
      says: /touches Date\.now/,
    },
    {
      breach: 'a circle',
      found: findCircles([
        { ...lower(), sources: [file('lower/a.ts', ['./b.ts']), file('lower/b.ts', ['./a.ts'])] },
      ]),
      says: /a\.ts → .*b\.ts → .*a\.ts/,
    },
  ])('is found: $breach', ({ found, says }) => {
    expect(found).toEqual([expect.stringMatching(says)]);
  });

  it('is not a word in a comment', () => {
    expect(checkPurity(law, [lower([], '/** Not Math.random. */ // nor Date.now\n')])).toEqual([]);
  });
});
