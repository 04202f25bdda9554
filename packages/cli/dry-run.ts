/** Shows what `netspace run` would do. */
import type { Store } from '@netspace/store/store';
import { describeRun, type DryRun, type DryRunOptions } from '@netspace/sweep/dry-run';
import type { Plan } from '@netspace/sweep/plan';
import { describeCounts, formatSeconds } from '@netspace/sweep/screen';
import { countOf, printJson, printLine } from './output.ts';

export interface ShowOptions extends DryRunOptions {
  readonly json: boolean;
}

/** `store`: undefined where there is none; it is closed afterwards. */
export async function showDryRun(plan: Plan, store: Store | undefined, options: ShowOptions): Promise<void> {
  try {
    const described = await describeRun(plan, store, options);
    const { threads } = plan.sweep;
    if (options.json) printJson({ ...described, workers: options.workers, threads });
    else printDryRun(plan, described, options.workers);
  } finally {
    await store?.close();
  }
}

function printDryRun({ name, sweep }: Plan, dry: DryRun, workers: number): void {
  const { resumes, trials, left, seconds, planHash } = dry;
  printLine(
    resumes
      ? `would resume ${resumes.name}, #${resumes.id}: ${describeCounts(resumes)}`
      : `would make a new sweep, ${name}`,
  );
  const hands = `${countOf(workers, 'worker')} of ${countOf(sweep.threads, 'thread')}`;
  const time =
    seconds === undefined
      ? '; netspace plan says how long that takes'
      : `, in about ${formatSeconds(seconds)} if each begins anew`;
  printLine(
    left === 0 ? 'nothing is left to train' : `would train ${left} of ${trials} trials by ${hands}${time}`,
  );
  printLine(`plan hash ${planHash}`);
}
