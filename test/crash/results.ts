/** The results of the long crash matrix, as they are kept and as a table for people. */
import type { Round } from './round.ts';
import { strikes } from './storm.ts';

export interface LongRound extends Round {
  readonly engine: string;
  readonly seed: string;
}

export interface Results {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: string;
  readonly rounds: readonly LongRound[];
}

const momentWords = {
  any: 'at a random time',
  checkpoint: 'while a checkpoint is written',
  record: 'when an epoch or a result is about to be written',
  log: 'when the database writes to its log',
};

const victimWords = { worker: 'worker', supervisor: 'supervisor', both: 'supervisor and workers' };

export function formatResults({ versions, machine, rounds }: Results): string {
  const engines = [...new Set(rounds.map(({ engine }) => engine))];
  const of = (engine: string): readonly LongRound[] => rounds.filter((round) => round.engine === engine);
  const sum = (some: readonly LongRound[], count: (round: LongRound) => number): number =>
    some.reduce((total, round) => total + count(round), 0);
  const row = (name: string, cell: (some: readonly LongRound[]) => unknown): string =>
    line([name, ...engines.map((engine) => cell(of(engine)))]);
  return [
    '# The crash matrix',
    '',
    'What `test/node_modules/.bin/tsx test/crash/long.ts` has found: `netspace run` with the real trainer, ten trials of six epochs, two workers, killed (SIGKILL)',
    'again and again and started again by the same command; then its table against that of a run that nobody disturbed.',
    '',
    line(['', ...engines]),
    line(['---', ...engines.map(() => '---:')]),
    ...strikes.map(({ victim, moment }) =>
      row(`kills of ${victimWords[victim]} ${momentWords[moment]}`, (some) =>
        sum(
          some,
          ({ struck }) => struck.filter((each) => each.victim === victim && each.moment === moment).length,
        ),
      ),
    ),
    row('**kills**', (some) => sum(some, ({ struck }) => struck.length)),
    row('of which left a half-written checkpoint', (some) => sum(some, ({ drafts }) => drafts)),
    row('sweeps', (some) => some.length),
    row('attempts at trials', (some) => sum(some, ({ attempts }) => attempts)),
    row('trials that went on from a checkpoint', (some) => sum(some, ({ resumed }) => resumed)),
    row('**trials lost**', (some) => sum(some, ({ lost }) => lost)),
    row('**trials doubled, or with a gap in an attempt**', (some) => sum(some, ({ doubled }) => doubled)),
    row(
      '**tables equal to the undisturbed one**',
      (some) => `${some.filter(({ equal }) => equal).length} of ${some.length}`,
    ),
    row('seconds', (some) => Math.round(sum(some, ({ seconds }) => seconds))),
    '',
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}; ${machine}.`,
    '',
  ].join('\n');
}

function line(cells: readonly unknown[]): string {
  return `| ${cells.join(' | ')} |`;
}
