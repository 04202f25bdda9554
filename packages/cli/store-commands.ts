/** Commands about what is in the store: sweeps, trials, and what becomes of them. */
import type { Store, Sweep } from '@netspace/store/store';
import { checkpointFolder, removeCheckpoints, tidyCheckpoints } from '@netspace/sweep/checkpoints';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';
import { numberOption } from './input.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { withOpenStore, withStore, type StoreOptions } from './store-file.ts';
import { percent, showTrial } from './trial-view.ts';

interface ListOptions extends StoreOptions {
  readonly json?: true;
}

export function addStoreCommands(program: Command): void {
  withStore(program.command('status'))
    .description('all sweeps of the store and how far they are')
    .option('--json', 'print JSON, a line a sweep')
    .action((options: ListOptions) => withOpenStore(options, (store) => status(store, options)));

  withStore(program.command('trial <id>'))
    .description('one trial with its attempts and learning curves')
    .option('--json', 'print JSON')
    .action((id: string, options: ListOptions) =>
      withOpenStore(options, (store) =>
        showTrial(store, numberOption('trial', { least: 1, whole: true })(id), options.json === true),
      ),
    );

  const actions = [
    ['retry', 'plans failed and cancelled trials again', 'planned again'],
    ['cancel', 'cancels the trials that have not ended', 'cancelled'],
  ] as const;
  for (const [verb, description, done] of actions)
    withStore(program.command(`${verb} <sweep>`))
      .description(description)
      .option('--json', 'print JSON')
      .action((reference: string, options: ListOptions) =>
        withOpenStore(options, async (store) => {
          const sweep = await store.findSweep(reference);
          const count =
            verb === 'retry' ? await store.retryTrials(sweep.id) : await store.cancelTrials(sweep.id);
          await tidyCheckpoints(checkpointFolder(store.location), store, sweep);
          if (options.json) printJson({ sweep: sweep.id, trials: count });
          else printLine(`${count} trials of ${label(sweep)} ${done}`);
        }),
      );

  withStore(program.command('delete <sweep>'))
    .description('removes a sweep and all its trials')
    .option('--yes', 'do it; without it only says what would go')
    .option('--json', 'print JSON')
    .action((reference: string, options: ListOptions & { yes?: true }) =>
      withOpenStore(options, (store) => remove(store, reference, options)),
    );
}

async function status(store: Store, { json }: ListOptions): Promise<void> {
  const sweeps = await store.sweeps();
  if (json) return sweeps.forEach(({ plan: _plan, ...sweep }) => printJson(sweep));
  if (sweeps.length === 0) return say(`${store.location} holds no sweep yet`);
  printTable(
    [
      '#',
      'sweep',
      'trials',
      'completed',
      'stopped',
      'running',
      'waiting',
      'diverged',
      'failed',
      'best error',
      'plan',
    ],
    sweeps.map(({ id, name, counts, stopped, leastError, planHash }) => [
      id,
      name,
      Object.values(counts).reduce((total, count) => total + count, 0),
      counts.completed,
      stopped,
      counts.leased,
      counts.planned + counts.lost,
      counts.diverged,
      counts.failed,
      percent(leastError),
      planHash.slice(0, 10),
    ]),
  );
}

async function remove(
  store: Store,
  reference: string,
  { yes, json }: ListOptions & { readonly yes?: true },
): Promise<void> {
  const sweep = await store.findSweep(reference);
  const trials = Object.values(sweep.counts).reduce((total, count) => total + count, 0);
  if (!yes)
    throw new UsageError(
      `this removes ${label(sweep)} and its ${trials} trials for ever; add --yes to do it`,
    );
  await store.deleteSweep(sweep.id);
  removeCheckpoints(checkpointFolder(store.location), sweep);
  if (json) printJson({ sweep: sweep.id, trials });
  else printLine(`${label(sweep)} and its ${trials} trials are removed`);
}

function label({ name, id }: Sweep): string {
  return `${name} (#${id})`;
}
