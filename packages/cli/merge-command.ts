/** `netspace merge`: sweeps of several stores become one, such as those of the shards of a plan. */
import type { MergePreference, MergeResult } from '@netspace/store/merge';
import type { Store, Sweep } from '@netspace/store/store';
import { Option, type Command } from 'commander';
import { UsageError } from './errors.ts';
import { printJson, printTable, say } from './output.ts';
import { openKnownStore, openStore, withStore, type StoreOptions } from './store-file.ts';

interface MergeOptions extends StoreOptions {
  readonly prefer?: MergePreference;
  readonly dryRun?: true;
  readonly json?: true;
}

interface Merged extends MergeResult {
  readonly source: string;
  readonly sweep: string;
  readonly planHash: string;
}

export function addMergeCommand(program: Command): void {
  withStore(program.command('merge <source...>'))
    .description('takes the sweeps of other stores (files or URLs) into the one that --store names')
    .addOption(
      new Option(
        '--prefer <which>',
        'where results differ: "first" keeps what is there already, "last" takes what comes; without it they are refused',
      ).choices(['first', 'last']),
    )
    .option('--dry-run', 'only say what would be taken')
    .option('--json', 'print JSON, a line a sweep')
    .action(mergeStores);
}

async function mergeStores(sources: readonly string[], options: MergeOptions): Promise<void> {
  const target = await openStore(options);
  try {
    const merged: Merged[] = [];
    for (const source of sources)
      for (const each of await mergeStore(source, target, options)) {
        merged.push(each);
        if (options.json) printJson(each);
      }
    if (options.json) return;
    if (merged.length === 0) return say('these stores hold no sweep');
    printTable(
      ['source', 'sweep', 'plan', options.dryRun ? 'would be taken' : 'taken', 'the same', 'different'],
      merged.map((each) => [
        each.source,
        each.sweep,
        each.planHash.slice(0, 10),
        each.taken,
        each.same,
        each.different,
      ]),
    );
  } finally {
    await target.close();
  }
}

async function mergeStore(location: string, target: Store, options: MergeOptions): Promise<Merged[]> {
  const source = await openKnownStore({ store: location }, 'merge needs stores that are there');
  try {
    if (source.location === target.location)
      throw new UsageError(
        `${source.location} cannot be merged into itself; name another store with --store`,
      );
    const merged: Merged[] = [];
    // The oldest first, so that they come into a new store in their order.
    for (const sweep of (await source.sweeps()).toReversed())
      merged.push({
        source: source.location,
        sweep: sweep.name,
        planHash: sweep.planHash,
        ...(await mergeSweep(sweep, source, target, options)),
      });
    return merged;
  } finally {
    await source.close();
  }
}

function mergeSweep(
  sweep: Sweep,
  source: Store,
  target: Store,
  { prefer, dryRun }: MergeOptions,
): Promise<MergeResult> {
  const terms = { from: source.location, ...(prefer && { prefer }), ...(dryRun && { dryRun }) };
  return target.mergeSweep({ sweep, histories: () => source.histories(sweep.id) }, terms);
}
