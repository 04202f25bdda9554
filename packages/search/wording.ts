/** What a search has found, in sentences for people: never more than the numbers say. */
import { counted, formatPercent, formatPoints } from '@netspace/analysis/wording';
import { formatQuantity } from '@netspace/network/quantity';
import type { Interval } from '@netspace/stats/interval';
import { mean } from '@netspace/stats/quantile';
import { imbalanceOf, sumOf, type DataFacts } from './data-facts.ts';
import type { FinalComparison, Finalist, Standing } from './finding.ts';
import { formatLatency } from './request.ts';

/** Images of the largest class for one of the smallest from which people are told. */
const notableImbalance = 1.5;

/** "candidate 7 has an error of 8.1 % on the test images: 5.62M flops, 230k parameters, 1.21 ms an image." */
export function headlineOf({ recommended }: Standing): string {
  const { name, kind, flops, params, latency, error } = recommended;
  const what =
    kind === 'found' ? `${name} is the network to take` : `the published ${name} is the network to take`;
  return `${capitalised(what)}: ${formatPercent(error.estimate)} of the test images are taken for another class, with ${formatQuantity(flops)} flops, ${formatQuantity(params)} parameters and ${formatLatency(latency)} an image.`;
}

/** How it stands to each of the others. */
export function comparisonSentence(
  { name, difference, verdict }: FinalComparison,
  { recommended }: Standing,
): string {
  const by = `${formatPoints(difference.estimate)} points (${describeInterval(difference)})`;
  if (verdict === 'better') return `It is better than ${name}: ${by}.`;
  if (verdict === 'worse')
    return `On the test images ${name} is better than ${recommended.name}, which was chosen by validation images: ${by}.`;
  return `Whether it is better than ${name} cannot be told: ${by}.`;
}

/** In percentage points: "−0.8 to 0.3". */
export function describeInterval({ low, high }: Interval): string {
  if (!Number.isFinite(low)) return 'one seed says nothing of others';
  return `${formatPoints(low)} to ${formatPoints(high)}`;
}

/** "8.1 % (7.6 to 8.7)". */
export function describeError({ estimate, low, high }: Interval): string {
  const known = Number.isFinite(low) && Number.isFinite(high);
  const ends = known
    ? ` (${(100 * Math.max(0, low)).toFixed(1)} to ${(100 * Math.min(1, high)).toFixed(1)})`
    : '';
  return `${formatPercent(estimate)}${ends}`;
}

/** What the images are, a sentence a line. */
export function describeData(facts: DataFacts): string[] {
  const { reference, input, classes, trainCounts, testCounts } = facts;
  const size = `${input.resolution} x ${input.resolution} pixels, ${input.channels === 1 ? 'grey' : 'colour'}`;
  const lines = [
    `${reference}: ${sumOf(trainCounts)} training and ${sumOf(testCounts)} test images of ${classes.length} classes, ${size}`,
  ];
  const ratio = imbalanceOf(facts);
  if (ratio >= notableImbalance) {
    const [most, least] = [Math.max(...trainCounts), Math.min(...trainCounts)];
    lines.push(
      `classes are of different size: ${classes[trainCounts.indexOf(most)]} has ${most} training images, ${classes[trainCounts.indexOf(least)]} ${least}; every part keeps the shares of the classes, and the balanced error counts each class as much`,
    );
  }
  return [...lines, ...describeCopies(facts)];
}

/** What is there more than once; nothing where nothing is. */
export function describeCopies({ copies }: Pick<DataFacts, 'copies'>): string[] {
  const { withinTrain, acrossParts, contradicting, nearPairs, nearAcrossParts } = copies;
  return [
    ...(withinTrain === 0
      ? []
      : [`${withinTrain} training images are equal to another one: copies stay on one side of every split`]),
    ...(acrossParts === 0
      ? []
      : [`${acrossParts} training images are equal to a test image and are not trained on`]),
    ...(contradicting === 0
      ? []
      : [
          `${counted(contradicting, 'image')} stand in several classes at once: some of these labels are wrong`,
        ]),
    ...(nearPairs === 0
      ? []
      : [
          `${counted(nearPairs, 'pair')} of images ${nearPairs === 1 ? 'is' : 'are'} nearly the same, ${nearAcrossParts} of them a training and a test image: where such a pair shows one thing, test errors are too low`,
        ]),
  ];
}

/** The rows of the table of the finals: name, costs, errors. */
export const finalColumns = [
  'Network',
  'Flops',
  'Params',
  'Activations',
  'Latency',
  'Validation error',
  'Test error',
  'Balanced error',
];

export function finalRow(finalist: Finalist, standing: Standing): string[] {
  const { name, flops, params, activations, latency, validationErrors, balancedErrors, error, exceeds } =
    finalist;
  const mark =
    finalist === standing.recommended
      ? ' (recommended)'
      : exceeds.length > 0
        ? ` (above the budget in ${exceeds.join(', ')})`
        : '';
  return [
    `${name}${mark}`,
    formatQuantity(flops),
    formatQuantity(params),
    formatQuantity(activations),
    formatLatency(latency),
    formatPercent(mean(validationErrors)),
    describeError(error),
    formatPercent(mean(balancedErrors)),
  ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
