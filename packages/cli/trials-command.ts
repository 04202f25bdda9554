/** `netspace trials`: the trials of a sweep, filtered, ordered, in pages. */
import type { TrialStatus } from '@netspace/population/trial';
import { formatQuantity } from '@netspace/network/quantity';
import { counted } from '@netspace/analysis/wording';
import { FilterError } from '@netspace/store/filter-error';
import type { Store, StoredTrial, TrialQuery } from '@netspace/store/store';
import { Option, type Command } from 'commander';
import { UsageError } from './errors.ts';
import { numberOption } from './input.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { withOpenStore, withStore, type StoreOptions } from './store-file.ts';
import { describeStatus, percent } from './trial-view.ts';

interface TrialsOptions extends StoreOptions {
  readonly limit: number;
  readonly offset: number;
  readonly order: 'index' | 'error';
  readonly status?: TrialStatus[];
  readonly where?: string;
  readonly sort?: string;
  readonly count?: true;
  readonly json?: true;
}

const statuses = ['planned', 'leased', 'completed', 'diverged', 'failed', 'lost', 'cancelled'];

export function addTrialsCommand(program: Command): void {
  withStore(program.command('trials <sweep>'))
    .description('trials of a sweep (its name, number or plan hash)')
    .option('--where <FILTER>', 'only these, as "error < 0.1 and (depth > 12 or flops <= 400M)"')
    .option('--sort <COLUMNS>', 'as error or -flops,depth; a minus begins with the greatest')
    .option('--limit <N>', 'rows', numberOption('limit', { least: 1, whole: true }), 50)
    .option('--offset <N>', 'rows to skip', numberOption('offset', { least: 0, whole: true }), 0)
    .addOption(new Option('--order <O>').choices(['index', 'error']).default('index'))
    .addOption(new Option('--status <S...>', 'only these').choices(statuses))
    .option('--count', 'print their number alone')
    .option('--json', 'print JSON, a line a trial')
    .addHelpText('after', help)
    .action((sweep: string, options: TrialsOptions) =>
      withOpenStore(options, (store) => listTrials(store, sweep, options)),
    );
}

const help = `
A filter compares columns by < <= = != >= > with numbers (0.1, 12%, 400M), by = != with texts, by in (a, b), and by ~ "text" (holds this
text); and, or, not and parentheses join them. What a trial does not have is none.
Columns: index error bestError flops params activations seed attempt epochs (trained) space status stopped stoppedAt reason tag note
depth stages width1 … width8 depth1 … groupWidth bottleneckRatio groupWidth1 … seRatio block stem stemWidth headWidth activation name
initialWidth widthSlope widthMultiplier fitError, and the keys of recipes and generators (learningRate, recipe.epochs, …).`;

async function listTrials(store: Store, reference: string, options: TrialsOptions): Promise<void> {
  const sweep = await store.findSweep(reference);
  const { limit, offset, order, status, where, sort } = options;
  const query: TrialQuery = {
    limit,
    offset,
    order,
    ...(status && { statuses: status }),
    ...(where !== undefined && { where }),
    ...(sort !== undefined && { sort }),
  };
  const total = await understood(store.countMatches(sweep.id, query));
  if (options.count) return options.json ? printJson({ trials: total }) : printLine(String(total));
  const trials = await understood(store.trials(sweep.id, query));
  if (options.json) trials.forEach(printJson);
  else
    printTable(
      ['id', 'space', 'status', 'error', 'flops', 'params', 'depths', 'widths', 'attempts'],
      trials.map(trialRow),
    );
  if (trials.length < total) say(describePage(trials.length, total, options));
}

/** What cannot be understood was written on the command line. */
async function understood<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof FilterError ? new UsageError(error.message) : error;
  }
}

function describePage(shown: number, total: number, { offset, limit }: TrialsOptions): string {
  const next = offset + shown;
  const more =
    shown > 0 && next < total
      ? `; --offset ${next}${limit === 50 ? '' : ` --limit ${limit}`} shows the next`
      : '';
  return shown === 0
    ? `none of ${counted(total, 'trial')} is so far down; --offset 0 shows the first`
    : `${offset + 1} to ${next} of ${counted(total, 'trial')}${more}`;
}

function trialRow(trial: StoredTrial): (string | number)[] {
  const { network } = trial;
  return [
    trial.id,
    trial.space,
    describeStatus(trial),
    percent(trial.error),
    formatQuantity(trial.flops ?? 0),
    formatQuantity(trial.params ?? 0),
    network.stages.map(({ depth }) => depth).join('/'),
    network.stages.map(({ width }) => width).join('/'),
    trial.attempt,
  ];
}
