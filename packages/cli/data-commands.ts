/** Commands about data sets: what there is, where it is, how to get it. */
import { countPerClass } from '@netspace/data/decoded-dataset';
import { fetchDataset } from '@netspace/data/fetch';
import { listDatasets, loadDataset } from '@netspace/data/load';
import { readReference } from '@netspace/data/reference';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';
import { printJson, printLine, printTable, say } from './output.ts';

export function addDataCommands(program: Command): void {
  const data = program.command('data').description('data sets: list them, look at one, fetch one');

  data
    .command('list')
    .description('the data sets that are known, and whether they are on this machine')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => list(options.json === true));

  data
    .command('info <name>')
    .description('loads a data set by name or path, checks every file and describes it')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: true }) => info(name, options.json === true));

  data
    .command('fetch <name>')
    .description("fetches a data set into the user's cache folder")
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: true }) => fetchOne(name, options.json === true));
}

function list(json: boolean): void {
  const listings = listDatasets();
  if (json) return listings.forEach(printJson);
  printTable(
    ['name', 'state', 'train', 'test', 'size', 'classes', 'from'],
    listings.map(({ name, state, trainImages, testImages, resolution, channels, classes, from }) => [
      name,
      state,
      trainImages,
      testImages,
      `${resolution} x ${resolution} x ${channels}`,
      classes.length,
      from,
    ]),
  );
  for (const { name, toFetch } of listings) if (toFetch !== undefined) say(`${name}: ${toFetch}`);
  say('the path of a folder of images by class, of IDX or CIFAR files, or of an .npz file names one as well');
}

async function info(name: string, json: boolean): Promise<void> {
  const dataset = await loadDataset(name);
  const { train, test, classes } = dataset;
  const facts = {
    name: dataset.name,
    trainImages: train.count,
    testImages: test.count,
    resolution: train.resolution,
    channels: train.channels,
    classes,
    trainImagesPerClass: countPerClass(train.labels, classes.length),
    testImagesPerClass: countPerClass(test.labels, classes.length),
    mean: dataset.mean,
    deviation: dataset.deviation,
    checksum: dataset.checksum,
    source: dataset.source,
  };
  if (json) return printJson(facts);
  for (const [key, value] of Object.entries(facts))
    printLine(`${key.padEnd(20)} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
}

async function fetchOne(reference: string, json: boolean): Promise<void> {
  const found = readReference(reference);
  if (found.kind === 'path')
    throw new UsageError(
      `${reference} is a path, and what lies there is not fetched; "netspace data info ${reference}" describes it`,
    );
  const { name } = found.entry;
  let told = '';
  const folder = await fetchDataset(name, {
    onProgress: ({ what, received, total }) => {
      const size = total === undefined ? '' : ` of ${(total / 1e6).toFixed(0)}`;
      const line = received === 0 ? what : `${what}: ${(received / 1e6).toFixed(0)}${size} MB`;
      if (line !== told) say(line);
      told = line;
    },
  });
  if (json) printJson({ name, folder });
  else printLine(folder);
}
