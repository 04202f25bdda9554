/** One picture a claim: the distributions of its populations, or what fits its question better. */
import { expectedBestChart, sampleSizeChart } from '@netspace/analysis/band-chart';
import { bootstrapChart } from '@netspace/analysis/bootstrap-chart';
import type { Chart } from '@netspace/analysis/chart';
import { draw } from '@netspace/analysis/draw';
import { edfChart } from '@netspace/analysis/edf-chart';
import { expectedBests } from '@netspace/analysis/expected-best';
import { groupsOf, type Group } from '@netspace/analysis/group';
import type { Measurement } from '@netspace/analysis/measurement';
import { sampleSizes } from '@netspace/analysis/sample-size';
import type { FigureKind } from './claims.ts';
import type { Study, TestedClaim } from './study.ts';

const size = { width: 720, height: 380 };
const half = { width: 350, height: 260 };

/** `<svg>` elements whose colours are the page's; none where the claim has no populations yet. */
export async function drawClaim({ claim, spaces }: TestedClaim, { populations }: Study): Promise<string[]> {
  const measured = spaces
    .flatMap((space) => populations.get(space) ?? [])
    .map((each, id) => ({ ...each, id }));
  if (measured.length === 0) return [];
  const charts = chartsOf(claim.figure, groupsOf(measured, []), measured);
  return Promise.all(charts.map((chart, i) => draw(chart, { look: 'page', id: `claim-${claim.id}-${i}` })));
}

function chartsOf(kind: FigureKind, groups: readonly Group[], measured: readonly Measurement[]): Chart[] {
  const ofGroup = ({ name }: Group): number[] =>
    measured.filter(({ space }) => space === name).map(({ error }) => error);
  const parameter = (name: string): Chart => bootstrapChart(name, groups, measured, half);
  switch (kind) {
    case 'errors':
      return [edfChart(groups, measured, size)];
    case 'fit':
      return [parameter('fitError')];
    case 'random-search':
      return [
        expectedBestChart(
          groups,
          groups.map((group) => expectedBests(ofGroup(group))),
          size,
        ),
      ];
    case 'choices':
      return [parameter('bottleneckRatio'), parameter('groupWidth')];
    case 'sample-size':
      return [
        sampleSizeChart(
          groups,
          groups.map((group) => sampleSizes(ofGroup(group), { points: 10 })),
          size,
        ),
      ];
  }
}
