/** Commands about data sets: what there is, where it is, how to get it. */
import { findCatalogEntry } from '@netspace/data/catalog';
import { fetchDataset } from '@netspace/data/fetch';
import { listDatasets, loadDataset } from '@netspace/data/load';
import type { Command } from 'commander';
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
    .description('loads a data set, checks every file and describes it')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: true }) => info(name, options.json === true));

  data
    .command('fetch <name>')
    .description("fetches a data set into the user's cache folder")
    .action(fetchOne);
}

function list(json: boolean): void {
  const listings = listDatasets();
  if (json) return listings.forEach(printJson);
  printTable(
    ['name', 'state', 'train', 'test', 'size', 'classes'],
    listings.map(({ name, state, trainImages, testImages, resolution, channels, classes }) => [
      name,
      state,
      trainImages,
      testImages,
      `${resolution} x ${resolution} x ${channels}`,
      classes.length,
    ]),
  );
  for (const { name, toFetch } of listings) if (toFetch !== undefined) say(`${name}: ${toFetch}`);
}

async function info(name: string, json: boolean): Promise<void> {
  const dataset = await loadDataset(name);
  const facts = {
    name: dataset.name,
    trainImages: dataset.train.count,
    testImages: dataset.test.count,
    resolution: dataset.train.resolution,
    channels: dataset.train.channels,
    classes: dataset.classes,
    mean: dataset.mean,
    deviation: dataset.deviation,
    checksum: dataset.checksum,
    source: dataset.source,
  };
  if (json) return printJson(facts);
  for (const [key, value] of Object.entries(facts))
    printLine(`${key.padEnd(12)} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
}

async function fetchOne(name: string): Promise<void> {
  findCatalogEntry(name);
  let told = '';
  const folder = await fetchDataset(name, {
    onProgress: ({ what, received, total }) => {
      const size = total === undefined ? '' : ` of ${(total / 1e6).toFixed(0)}`;
      const line = `${what}: ${(received / 1e6).toFixed(0)}${size} MB`;
      if (line !== told) say(line);
      told = line;
    },
  });
  printLine(folder);
}
