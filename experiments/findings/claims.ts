/** The papers' claims and the tests that were chosen for them in advance. [DNDS] and [NDS] as in the README. */
import type { Measurement } from '@netspace/analysis/measurement';
import { quantile } from '@netspace/stats/quantile';
import type { Strata } from '@netspace/stats/weighted';
import { design } from './design.ts';
import type { Question } from './question.ts';

type Members = (space: string) => readonly Measurement[];

export interface Test {
  /** "12b". */
  readonly id: string;
  readonly claim: string;
  /** The populations it takes. */
  readonly spaces: readonly string[];
  readonly ask: (members: Members) => Question;
}

export type FigureKind = 'errors' | 'fit' | 'random-search' | 'choices' | 'sample-size';

export interface Claim {
  /** The number of its folder: experiments/12-… */
  readonly id: string;
  readonly title: string;
  /** Where the papers have it. */
  readonly source: string;
  readonly figure: FigureKind;
  readonly tests: readonly Test[];
}

const { margin, muchWorse, fitMargin } = design;

export const claims: readonly Claim[] = [
  {
    id: '10',
    title: 'One bottleneck ratio for all stages changes nothing',
    source: '[DNDS] Section 3.2, Figure 5',
    figure: 'errors',
    tests: [equal('10', 'AnyNetX-A', 'AnyNetX-B')],
  },
  {
    id: '11',
    title: 'One group width for all stages changes nothing',
    source: '[DNDS] Section 3.2, Figure 5',
    figure: 'errors',
    tests: [equal('11', 'AnyNetX-B', 'AnyNetX-C')],
  },
  {
    id: '12',
    title: 'Widths should not decrease',
    source: '[DNDS] Section 3.2, Figure 6',
    figure: 'errors',
    tests: [
      better('12a', 'AnyNetX-D', 'AnyNetX-C'),
      farWorse('12b', 'AnyNetX-C-falling-widths', 'AnyNetX-D'),
    ],
  },
  {
    id: '13',
    title: 'Depths should not decrease',
    source: '[DNDS] Section 3.2, Figure 7',
    figure: 'errors',
    tests: [
      better('13a', 'AnyNetX-E', 'AnyNetX-D'),
      farWorse('13b', 'AnyNetX-D-falling-depths', 'AnyNetX-E'),
    ],
  },
  {
    id: '14',
    title: 'Good networks have linear widths',
    source: '[DNDS] Section 3.3, Figure 8',
    figure: 'fit',
    tests: [
      {
        id: '14a',
        claim: 'the best quarter of AnyNetX C, D and E has lower e_fit than the rest',
        spaces: ['AnyNetX-C', 'AnyNetX-D', 'AnyNetX-E'],
        ask: (members) => bestAgainstRest(['AnyNetX-C', 'AnyNetX-D', 'AnyNetX-E'].map(members)),
      },
      {
        id: '14b',
        claim: 'the mean e_fit falls from AnyNetX C to D to E',
        spaces: ['AnyNetX-C', 'AnyNetX-D', 'AnyNetX-E'],
        ask: (members) => ({
          kind: 'falling',
          lists: ['AnyNetX-C', 'AnyNetX-D', 'AnyNetX-E'].map(members).map(fits),
        }),
      },
    ],
  },
  {
    id: '15',
    title: 'RegNetX is better than AnyNetX E',
    source: '[DNDS] Section 3.3, Figure 9, left',
    figure: 'errors',
    tests: [better('15', 'RegNetX', 'AnyNetX-E')],
  },
  {
    id: '16',
    title: 'wm of at least 2 is better, w0 = wa better still',
    source: '[DNDS] Section 3.3, Figure 9, middle',
    figure: 'errors',
    tests: [
      better('16a', 'RegNetX-wm-2', 'RegNetX'),
      better('16b', 'RegNetX-w0-wa', 'RegNetX'),
      better('16c', 'RegNetX-w0-wa', 'RegNetX-wm-2'),
    ],
  },
  {
    id: '17',
    title: `${design.draws} random RegNets suffice`,
    source: '[DNDS] Section 3.3, Figure 9, right',
    figure: 'random-search',
    tests: [
      {
        id: '17',
        claim: `the best of ${design.draws} random RegNetX is within ${points(margin)} of the best with a probability of ${100 * design.reach} % or more`,
        spaces: ['RegNetX'],
        ask: (members) => ({
          kind: 'reach',
          errors: errors(members('RegNetX')),
          draws: design.draws,
          margin,
          wanted: design.reach,
        }),
      },
    ],
  },
  {
    id: '18',
    title: 'b of at most 2, at best 1, and g above 1',
    source: '[DNDS] Section 3.2, Figure 5, right; Section 4, Figure 11',
    figure: 'choices',
    tests: [
      among(
        '18a',
        'b of 1 or 2 is better than b = 4',
        (b) => b <= 2,
        (b) => b > 2,
      ),
      among(
        '18b',
        'b = 1 is better than b = 2',
        (b) => b === 1,
        (b) => b === 2,
      ),
      among(
        '18c',
        'g above 1 is better than g = 1',
        (_, g) => g > 1,
        (_, g) => g === 1,
      ),
    ],
  },
  {
    id: '19',
    title: 'SE helps; inverted bottlenecks and depthwise convolutions hurt',
    source: '[DNDS] Sections 4 and 5, Figures 14 to 16',
    figure: 'errors',
    tests: [
      better('19a', 'RegNetY-b1', 'RegNetX-b1'),
      better('19b', 'RegNetX-b1', 'RegNetX-inverted'),
      better('19c', 'RegNetX-b1', 'RegNetX-depthwise'),
    ],
  },
  {
    id: '20',
    title: `${design.rankedBy} networks rank spaces as all do`,
    source: '[NDS] Section 4',
    figure: 'sample-size',
    tests: [
      {
        id: '20',
        claim: `${design.rankedBy} new networks a space put ${100 * design.ordered} % or more of the pairs that differ by ${points(margin)} in their order`,
        spaces: ranked(),
        ask: (members) => ({
          kind: 'ranking',
          lists: ranked().map(members).map(errors),
          size: design.rankedBy,
          margin,
          wanted: design.ordered,
        }),
      },
    ],
  },
];

/** The spaces from A to RegNetX, and the two that go the wrong way. */
function ranked(): string[] {
  const steps = ['A', 'B', 'C', 'D', 'E', 'C-falling-widths', 'D-falling-depths'];
  return [...steps.map((step) => `AnyNetX-${step}`), 'RegNetX'];
}

function equal(id: string, a: string, b: string): Test {
  const ask = (members: Members): Question => ({
    kind: 'equal',
    a: [errors(members(a))],
    b: [errors(members(b))],
    margin,
  });
  return { id, claim: `${a} and ${b} differ by less than ${points(margin)}`, spaces: [a, b], ask };
}

function better(id: string, one: string, other: string): Test {
  const ask = (members: Members): Question => ({
    kind: 'better',
    better: [errors(members(one))],
    worse: [errors(members(other))],
    margin,
  });
  return { id, claim: `${one} is better than ${other}`, spaces: [one, other], ask };
}

function farWorse(id: string, worse: string, base: string): Test {
  const ask = (members: Members): Question => ({
    kind: 'much-worse',
    base: [errors(members(base))],
    worse: [errors(members(worse))],
    margin: muchWorse,
  });
  return {
    id,
    claim: `${worse} is worse than ${base} by more than ${points(muchWorse)}`,
    spaces: [worse, base],
    ask,
  };
}

type Holds = (bottleneckRatio: number, groupWidth: number) => boolean;

/** Networks of C, E and RegNetX by their shared values; spaces weigh alike, so that none of them can stand for a value. */
function among(id: string, claim: string, one: Holds, other: Holds): Test {
  const spaces = ['AnyNetX-C', 'AnyNetX-E', 'RegNetX'];
  const pick = (members: Members, holds: Holds): Strata =>
    spaces.map((space) => errors(members(space).filter((each) => holds(ratioOf(each), groupWidthOf(each)))));
  const ask = (members: Members): Question => ({
    kind: 'better',
    better: pick(members, one),
    worse: pick(members, other),
    margin,
  });
  return { id, claim: `${claim}, in AnyNetX C and E and in RegNetX`, spaces, ask };
}

function ratioOf({ network }: Measurement): number {
  return network.stages[0]?.bottleneckRatio ?? NaN;
}

/** Stages too narrow for the common group width have it cut, so the widest is the one that was drawn. */
function groupWidthOf({ network }: Measurement): number {
  return Math.max(...network.stages.map(({ groupWidth }) => groupWidth));
}

function bestAgainstRest(populations: readonly (readonly Measurement[])[]): Question {
  const limits = populations.map((members) => quantile(errors(members), 0.25));
  const part = (holds: (error: number, limit: number) => boolean): Strata =>
    populations.map((members, i) => fits(members.filter(({ error }) => holds(error, limits[i] ?? NaN))));
  return {
    kind: 'better',
    better: part((error, limit) => error <= limit),
    worse: part((error, limit) => error > limit),
    margin: fitMargin,
  };
}

function errors(members: readonly Measurement[]): number[] {
  return members.map(({ error }) => error);
}

function fits(members: readonly Measurement[]): number[] {
  return members.map(({ fit }) => fit.fitError);
}

function points(fraction: number): string {
  return `${100 * fraction} points`;
}
