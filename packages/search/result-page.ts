/** The report of a search as one HTML file without scripts: what was found, how sure that is, what it costs, and how to use it. */
import { draw } from '@netspace/analysis/draw';
import { makeDocument } from '@netspace/report/document';
import { markup, trusted, type Html } from '@netspace/report/html';
import { section } from '@netspace/report/section';
import { smallTable, swatch } from '@netspace/report/space-elements';
import { counted } from '@netspace/analysis/wording';
import { formatSeconds } from '@netspace/sweep/screen';
import { imbalanceOf, sumOf, type DataFacts } from './data-facts.ts';
import { describeEffort } from './effort.ts';
import type { Finalist, Standing } from './finding.ts';
import type { Examples } from './model-forms.ts';
import { describeBudget, formatLatency } from './request.ts';
import { candidateFigures, finalFigures, type CandidateResult, type CostFigure } from './cost-figures.ts';
import type { SearchRecord } from './search-folder.ts';
import type { TimeUsed } from './time-keeper.ts';
import type { ImagePlace } from '@netspace/data/near-copies';
import {
  comparisonSentence,
  describeCopies,
  describeError,
  finalColumns,
  finalRow,
  headlineOf,
} from './wording.ts';

export interface ResultPage {
  readonly record: SearchRecord;
  readonly standing: Standing;
  readonly finals: { readonly epochs: number; readonly seeds: number };
  readonly time?: TimeUsed;
  readonly candidates: readonly CandidateResult[];
  readonly examples: Examples;
  readonly provenance: Readonly<Record<string, string>>;
}

const ownStyle = `
pre { overflow-x: auto; padding: 0.8rem 1rem; border: 1px solid var(--line); border-radius: 0.4rem; font: 0.8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
ul { max-width: 44rem; padding-left: 1.1rem; }
.key { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; color: var(--muted); font-size: 0.9375rem; }
.key span { display: inline-flex; align-items: center; gap: 0.4rem; }
`;

export async function makeResultPage(page: ResultPage): Promise<string> {
  const { record, standing } = page;
  const [finals, all] = [
    await drawFigures(finalFigures(standing), 'finals'),
    await drawFigures(candidateFigures(page.candidates), 'candidates'),
  ];
  const title = `A network for ${record.data.reference}`;
  return makeDocument({
    title,
    style: ownStyle,
    body: markup`<header>
          <h1>${title}<span class="kicker">${describeBudget(record.request.budget)}</span></h1>
          <p class="finding">${headlineOf(standing)}</p>
          ${shortenedList(page.time)}
        </header>
        <main>
          ${surenessSection(page)} ${costSection(finals, all, page.candidates)} ${modelSection(standing, page.examples)}
          ${dataSection(record.data)} ${methodSection(page)}
        </main>
        <footer>Made by netspace. Everything on this page is in this one file.</footer>`,
  });
}

/** What the time did not suffice for. */
function shortenedList(time: TimeUsed | undefined): Html {
  if (!time || time.shortened.length === 0) return markup``;
  return markup`<p>The ${formatSeconds(time.given)} that it was given did not suffice for all of it:</p>
    <ul>${time.shortened.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

function surenessSection({ standing, finals }: ResultPage): Html {
  const { comparisons, finalists, exported } = standing;
  const rows = finalists.map((finalist) => finalRow(finalist, standing));
  const means = finals.seeds === 1 ? 'Of one seed each' : `Means of ${finals.seeds} seeds each`;
  return section(
    'sureness',
    'How sure is that?',
    markup`<ul>${comparisons.map((each) => markup`<li>${comparisonSentence(each, standing)}</li>`)}</ul>
      <p>
        The exported model is that of seed ${exported.seed}, the one with the least validation error. It takes
        ${describeError(exported.testError)} of the test images for another class; the interval is what other
        images of the same kind would give.
      </p>
      ${smallTable(`${means}, trained for ${counted(finals.epochs, 'epoch')}; test errors with 95 % intervals`, finalColumns, rows)}`,
  );
}

function costSection(finals: Html, all: Html, candidates: readonly CandidateResult[]): Html {
  const epoch = candidates[0]?.epoch ?? 1;
  return section(
    'costs',
    'What does less error cost?',
    markup`<p class="key">
        <span>${swatch(0)} found</span><span>${swatch(1)} published</span><span>${swatch(2)} recommended</span>
      </p>
      <p>The finals: mean test errors, with intervals. The line is the Pareto front: what lies on it, nothing else beats in both.</p>
      ${finals}
      <h3>All ${candidates.length} candidates</h3>
      <p>
        Validation error after epoch ${epoch}, up to which all of them were trained. So early, errors say
        which network learns fast, and are far above those of the finals.
      </p>
      ${all}`,
  );
}

function modelSection({ recommended }: Standing, { python, browser }: Examples): Html {
  return section(
    'model',
    'The model',
    markup`<p>
        Beside this page lie <code>model.safetensors</code> (for PyTorch with timm, and for netspace),
        <code>saved-model</code> (TensorFlow) and <code>tfjs</code> (browsers), each with the weights of
        ${recommended.name}.
      </p>
      ${smallTable(`The stages of ${recommended.name}, behind a stem of width ${recommended.network.stem.width}`, stageColumns, stageRows(recommended))}
      <h3>In Python</h3>
      <pre>${python}</pre>
      <h3>In a browser</h3>
      <p>Serve the folder, with <code>tf.min.js</code> of @tensorflow/tfjs in it.</p>
      <pre>${browser}</pre>`,
  );
}

const stageColumns = ['Stage', 'Blocks', 'Width', 'Bottleneck ratio', 'Group width', 'Stride'];

function stageRows({ network }: Finalist): string[][] {
  return network.stages.map(({ depth, width, bottleneckRatio, groupWidth, stride }, i) =>
    [i + 1, depth, width, bottleneckRatio, groupWidth, stride].map(String),
  );
}

function dataSection(data: DataFacts): Html {
  const { classes, trainCounts, testCounts, input } = data;
  const copies = describeCopies(data).map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`);
  const rows = classes.map((name, i) => [name, `${trainCounts[i] ?? 0}`, `${testCounts[i] ?? 0}`]);
  return section(
    'data',
    'The images',
    markup`<p>
        ${sumOf(trainCounts)} training and ${sumOf(testCounts)} test images of ${input.resolution} x ${input.resolution}
        pixels. The largest class has ${imbalanceOf(data).toFixed(1)} times as many training images as the
        smallest. Networks were chosen by a part of the training images that keeps the shares of the classes; the
        test images were looked at once, at the end.
      </p>
      ${copies.length === 0 ? markup`<p>No image is there twice, exactly or nearly.</p>` : markup`<ul>${copies.map((line) => markup`<li>${line}</li>`)}</ul>`}
      ${nearTable(data)}
      ${classes.length > 100 ? markup`` : smallTable('Images of each class', ['Class', 'Training', 'Test'], rows)}`,
  );
}

const shownPairs = 20;

function tell({ set, index }: ImagePlace): string {
  return `${set === 0 ? 'training' : 'test'} image ${index + 1}`;
}

/** Places count from 1, in the order in which the data set is read. */
function nearTable({ copies: { examples, nearPairs } }: DataFacts): Html {
  if (examples.length === 0) return markup``;
  const rows = examples.slice(0, shownPairs).map(({ a, b }) => [tell(a), tell(b)]);
  const caption = `Images that are nearly the same${nearPairs > rows.length ? `: the first ${rows.length} of ${nearPairs} pairs, more are in result.json` : ''}`;
  return smallTable(caption, ['One', 'The other'], rows);
}

function methodSection({ record, provenance, finals, time: used }: ResultPage): Html {
  const { effort, seconds, request } = record;
  const rows = Object.entries(provenance);
  const time =
    seconds === undefined
      ? ''
      : ` Before it began, it was expected to take about ${formatSeconds(seconds)}${request.time === undefined ? '' : `, of the ${formatSeconds(request.time)} it was given`}${used ? `; it took ${formatSeconds(used.spent)}` : ''}.`;
  return section(
    'method',
    'How it was found',
    markup`<p>
        ${describeEffort(effort)}: random networks of the space ${request.space} near the top of the budget, of which
        successive halving keeps the best third twice; the best are then trained ${finals.seeds === 1 ? 'once' : `${finals.seeds} times`} for ${counted(finals.epochs, 'epoch')}, beside the
        nearest published RegNet and a ResNet of the same cost, by the same recipe and with the same seeds.${time}
      </p>
      <p>
        Intervals of test errors are over both accidents, another seed (Student's t) and other test images (normal):
        their reaches are added as squares. Those of the comparisons share 95 % among themselves (Bonferroni), so all of
        them hold together. Latency is the median of 51 forward passes of one image with ${request.threads} thread${request.threads === 1 ? '' : 's'} on this
        machine; the quickest candidate takes ${formatLatency(quickest(record))}.
      </p>
      ${smallTable('With what', ['', ''], rows)}`,
  );
}

function quickest({ candidates }: SearchRecord): number {
  return Math.min(...candidates.map(({ latency }) => latency));
}

async function drawFigures(figures: readonly CostFigure[], id: string): Promise<Html> {
  const drawn: Html[] = [];
  for (const [i, { chart, label }] of figures.entries()) {
    const svg = await draw(chart, { look: 'page', id: `${id}-${i + 1}` });
    drawn.push(
      markup`<figure><div class="plot" role="img" aria-label="${label}">${trusted(svg)}</div></figure>`,
    );
  }
  return markup`<div class="grid halves">${drawn}</div>`;
}
