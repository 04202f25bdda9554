/** The command that says which constraints would make a space better or smaller, and writes the refined space: refine. */
import { measureTrials } from '@netspace/analysis/measurement';
import { refineSpace } from '@netspace/analysis/refined-space';
import { refine, type Candidate, type Refinement } from '@netspace/analysis/refinement';
import {
  constraintSentence,
  constraintWords,
  evidenceWords,
  refinementFinding,
} from '@netspace/analysis/refinement-wording';
import type { SpaceDeclaration } from '@netspace/space/declaration';
import { countSpace } from '@netspace/space/size';
import { readSpace as readDeclared, type Space } from '@netspace/space/space';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { UsageError } from './errors.ts';
import { writeWhole } from './file-output.ts';
import { numberOption } from './input.ts';
import { spaceOf } from './known-space.ts';
import { inputShapeOf } from './network-commands.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { type PopulationOptions, withPopulation } from './population-file.ts';
import { partsOf, readPopulation } from './population-source.ts';
import { withStore, type StoreOptions } from './store-file.ts';

interface RefineOptions extends StoreOptions, PopulationOptions {
  readonly from?: string;
  readonly margin: number;
  readonly seed: number;
  readonly write?: string;
  readonly json?: true;
}

/** By how much a constraint shrinks a space. Sizes are text in JSON: they do not fit a double. */
interface Shrinkage {
  readonly before: string;
  readonly after: string;
  readonly factor: number;
  /** False where rules on whole networks make it an estimate. */
  readonly exact: boolean;
}

export function addRefineCommand(program: Command): void {
  withStore(withPopulation(program.command('refine <source>')))
    .description(
      'which constraints would improve a space or make it smaller without loss; SOURCE#SPACE is one space of a source',
    )
    .option(
      '--from <SPACE>',
      'the space that the networks were sampled from (default: that of the sweep, or the built-in one of their name)',
    )
    .option(
      '--margin <POINTS>',
      'percentage points of error that count as no loss',
      numberOption('margin', { least: 0.01, most: 50 }),
      0.5,
    )
    .option('--seed <N>', 'of the test', numberOption('seed', { whole: true }), 1)
    .option('--write <SPACE.yaml>', 'writes the refined space')
    .option('--json', 'print JSON')
    .action((reference: string, options: RefineOptions) => runRefine(reference, options));
}

async function runRefine(reference: string, options: RefineOptions): Promise<void> {
  const { source, space: only } = partsOf(reference);
  const { trials, input, spaces: declared } = await readPopulation(source, options);
  const { measured, missing } = measureTrials(trials, input ?? inputShapeOf(options));
  const names = [...new Set(measured.map(({ space }) => space))].filter(
    (name) => only === undefined || name === only,
  );
  if (names.length === 0)
    throw new UsageError(
      `${reference}: no network has a result${only === undefined ? '; run the sweep first' : ` there; its spaces are ${[...new Set(trials.map(({ space }) => space))].join(', ')}`}`,
    );
  if (names.length > 1 && (options.write !== undefined || options.from !== undefined))
    throw new UsageError(
      `${reference} holds ${names.join(', ')}; name one of them, as in ${source}#${names[0] ?? ''}`,
    );
  const refined = names.map((name) => {
    const space = spaceOf(name, options.from, declared);
    const members = measured.filter((member) => member.space === name);
    const refinement = refine(members, {
      ...(space && { space }),
      margin: options.margin / 100,
      seed: options.seed,
    });
    return {
      refinement,
      space,
      left: missing.filter((trial) => trial.space === name).length,
      stopped: members.filter(({ stopped }) => stopped !== undefined).length,
    };
  });
  for (const { refinement, space, left, stopped } of refined) {
    const declaration =
      space && refinement.adopted.length > 0
        ? refineSpace(
            space,
            refinement.adopted.map(({ constraint }) => constraint),
          )
        : null;
    const shrinkage = shrinkageOf(space, refinement);
    if (options.json) printJson(jsonOf(refinement, shrinkage, declaration));
    else print(refinement, shrinkage);
    if (left > 0) say(`${refinement.space}: ${left} trials have no result yet and are left out`);
    if (stopped > 0)
      say(
        `${refinement.space}: ${stopped} networks were stopped early and count with the error they had come to`,
      );
    if (options.write !== undefined) await write(options.write, refinement, space, declaration);
  }
}

async function write(
  file: string,
  { space: name, adopted }: Refinement,
  space: Space | undefined,
  declaration: SpaceDeclaration | null,
): Promise<void> {
  if (space === undefined)
    throw new UsageError(
      `${name} is no built-in space; give the one that its networks were sampled from by --from`,
    );
  if (adopted.length === 0) return say(`${file} is not written: there is nothing to change in ${name} yet`);
  if (declaration === null)
    throw new UsageError(`${file} is not written: the adopted constraints leave ${name} no networks`);
  say(`wrote ${await writeWhole(file, stringify(declaration))}`);
}

/** Of all that are adopted, and of each candidate that improves or simplifies an anynet; counting a regnet takes seconds each. */
function shrinkageOf(
  space: Space | undefined,
  { candidates, adopted }: Refinement,
): Map<Candidate | 'adopted', Shrinkage> {
  const found = new Map<Candidate | 'adopted', Shrinkage>();
  if (space === undefined) return found;
  const before = countSpace(space);
  const add = (key: Candidate | 'adopted', of: readonly Candidate[]): void => {
    const declaration = refineSpace(
      space,
      of.map(({ constraint }) => constraint),
    );
    if (declaration === null || of.length === 0) return;
    const after = countSpace(readDeclared(declaration, 'the refined space'));
    found.set(key, {
      before: `${before.points}`,
      after: `${after.points}`,
      factor: Number((before.points * 10_000n) / (after.points > 0n ? after.points : 1n)) / 10_000,
      exact: before.interval === undefined && after.interval === undefined,
    });
  };
  add('adopted', adopted);
  if (space.generator === 'anynet')
    for (const candidate of candidates.filter(isUseful)) add(candidate, [candidate]);
  return found;
}

function isUseful({ verdict }: Candidate): boolean {
  return verdict === 'improves' || verdict === 'simplifies without loss';
}

function jsonOf(
  refinement: Refinement,
  shrinkage: ReadonlyMap<Candidate | 'adopted', Shrinkage>,
  declaration: SpaceDeclaration | null,
): object {
  const described = (candidate: Candidate): object => ({
    name: constraintWords(candidate.constraint),
    sentence: constraintSentence(candidate.constraint),
    ...candidate,
    shrinkage: shrinkage.get(candidate),
    evidence: evidenceWords(candidate),
  });
  return {
    ...refinement,
    finding: refinementFinding(refinement),
    candidates: refinement.candidates.map(described),
    adopted: refinement.adopted.map(described),
    shrinkage: shrinkage.get('adopted'),
    refined: declaration,
  };
}

function print(refinement: Refinement, shrinkage: ReadonlyMap<Candidate | 'adopted', Shrinkage>): void {
  printLine(refinementFinding(refinement));
  const whole = shrinkage.get('adopted');
  if (whole)
    printLine(`The refined space has ${times(whole)} fewer points: ${whole.after} of ${whole.before}.`);
  printTable(
    ['constraint', 'verdict', 'p', 'smaller', 'evidence (simultaneous 95 % intervals)'],
    refinement.candidates.map((candidate) => {
      const size = shrinkage.get(candidate);
      return [
        constraintWords(candidate.constraint),
        candidate.verdict,
        candidate.p === null ? '–' : candidate.p.toFixed(3),
        size === undefined ? '–' : times(size),
        evidenceWords(candidate),
      ];
    }),
  );
}

function times({ factor, exact }: Shrinkage): string {
  return `${exact ? '' : 'about '}${Number(factor.toPrecision(3))} times`;
}
