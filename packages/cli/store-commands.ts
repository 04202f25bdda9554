/** Commands about what is in the store: sweeps, trials, and what becomes of them. */
import { counted } from '@netspace/analysis/wording';
import type { Store, Sweep } from '@netspace/store/store';
import { checkpointFolder, removeCheckpoints, tidyCheckpoints } from '@netspace/sweep/checkpoints';
import { refuseRetry } from '@netspace/sweep/plan-hash';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';
import { numberOption } from './input.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { withOpenStore, withStore, type StoreOptions } from './store-file.ts';
import { percent, showTrial } from './trial-view.ts';

interface ListOptions extends StoreOptions {
  readonly json?: true;
}

interface ChangeOptions extends ListOptions {
  readonly dryRun?: true;
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

  for (const [verb, description] of [
    ['retry', 'plans failed and cancelled trials again'],
    ['cancel', 'cancels the trials that have not ended'],
  ] as const)
    withStore(program.command(`${verb} <sweep>`))
      .description(description)
      .option('--dry-run', 'only say what it would do')
      .option('--json', 'print JSON')
      .action((reference: string, options: ChangeOptions) =>
        withOpenStore(options, (store) => change(verb, store, reference, options)),
      );

  withStore(program.command('delete <sweep>'))
    .description('removes a sweep and all its trials')
    .option('--yes', 'do it; without it only says what would go')
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print JSON')
    .action((reference: string, options: ChangeOptions & { yes?: true }) =>
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

async function change(
  verb: 'retry' | 'cancel',
  store: Store,
  reference: string,
  { json, dryRun }: ChangeOptions,
): Promise<void> {
  const sweep = await store.findSweep(reference);
  const refusal = verb === 'retry' ? refuseRetry(sweep) : undefined;
  if (refusal !== undefined) throw new UsageError(refusal);
  const done = verb === 'retry' ? 'planned again' : 'cancelled';
  if (dryRun) {
    const { failed, cancelled, planned, leased } = sweep.counts;
    const trials = verb === 'retry' ? failed + cancelled : planned + leased;
    if (json) return printJson({ sweep: sweep.id, trials, dryRun });
    return printLine(`${counted(trials, 'trial')} of ${label(sweep)} would be ${done}`);
  }
  const trials = verb === 'retry' ? await store.retryTrials(sweep.id) : await store.cancelTrials(sweep.id);
  await tidyCheckpoints(checkpointFolder(store.location), store, sweep);
  if (json) printJson({ sweep: sweep.id, trials });
  else printLine(`${counted(trials, 'trial')} of ${label(sweep)} ${done}`);
}

async function remove(
  store: Store,
  reference: string,
  { yes, json, dryRun }: ChangeOptions & { readonly yes?: true },
): Promise<void> {
  const sweep = await store.findSweep(reference);
  const trials = Object.values(sweep.counts).reduce((total, count) => total + count, 0);
  if (dryRun) {
    if (json) return printJson({ sweep: sweep.id, trials, dryRun });
    return printLine(`${label(sweep)} and its ${counted(trials, 'trial')} would be removed`);
  }
  if (!yes)
    throw new UsageError(
      `this removes ${label(sweep)} and its ${counted(trials, 'trial')} for ever; add --yes to do it`,
    );
  await store.deleteSweep(sweep.id);
  removeCheckpoints(checkpointFolder(store.location), sweep);
  if (json) printJson({ sweep: sweep.id, trials });
  else printLine(`${label(sweep)} and its ${counted(trials, 'trial')} are removed`);
}

function label({ name, id }: Sweep): string {
  return `${name} (#${id})`;
}
