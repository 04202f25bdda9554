/** `netspace salvage`: the trials that can still be read of a damaged SQLite store. */
import { counted } from '@netspace/analysis/wording';
import { formatTrials } from '@netspace/population/population';
import type { Salvage } from '@netspace/store/salvage';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { UsageError } from './errors.ts';
import { writeWhole } from './file-output.ts';
import { printJson, say } from './output.ts';

interface SalvageOptions {
  readonly output?: string;
  readonly json?: true;
}

export function addSalvageCommand(program: Command): void {
  program
    .command('salvage <file>')
    .description('what can be read of a damaged SQLite store, as JSONL; the file itself is left as it is')
    .option('-o, --output <FILE>', 'where to write the trials; standard output when left out')
    .option('--json', 'with -o: print what was read and what not as JSON')
    .action(salvage);
}

async function salvage(file: string, { output, json }: SalvageOptions): Promise<void> {
  if (!existsSync(file)) throw new UsageError(`salvage ${file}: there is no such file; name a SQLite store`);
  if (json && output === undefined)
    throw new UsageError(
      '--json tells of the trials that -o writes; name a file with -o, or leave --json out',
    );
  const { salvageStore } = await import('@netspace/store/salvage');
  const found = salvageStore(file);
  if (output === undefined) process.stdout.write(formatTrials([...linesOf(found)]));
  else await writeWhole(output, formatTrials([...linesOf(found)]));
  const { trials, unreadable } = found;
  if (json) printJson({ trials: trials.length, unreadable, file: output });
  say(`${counted(trials.length, 'trial')} read from ${file}${output === undefined ? '' : `, in ${output}`}`);
  if (unreadable.trials + unreadable.attempts + unreadable.epochs > 0)
    say(
      `not readable: ${counted(unreadable.trials, 'trial')}, ${counted(unreadable.attempts, 'attempt')}, ${counted(unreadable.epochs, 'epoch')} of learning curves`,
    );
}

/** Each with the name of its sweep, since one file holds them all. */
function* linesOf({ trials, sweeps }: Salvage) {
  for (const trial of trials) {
    const sweep = sweeps.get(trial.sweepId) ?? `#${trial.sweepId}`;
    yield { ...trial, provenance: { ...trial.provenance, sweep } };
  }
}
