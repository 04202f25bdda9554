/** The batch script of a Slurm job whose tasks are workers. It holds no address of the store: a URL may have a password in it. */

export interface BatchOptions {
  /** Folder in which the tasks run; all nodes see it. */
  readonly folder: string;
  /** Folder of the tasks' logs. */
  readonly logs: string;
  /** What a task runs: program and arguments. */
  readonly command: readonly string[];
  readonly partition?: string;
  readonly account?: string;
  /** Time limit of a task in Slurm's form, such as 12:00:00. */
  readonly time?: string;
  readonly cpusPerTask?: number;
  /** Memory of a task, such as 4G. */
  readonly memory?: string;
  /** Generic resources of a task, such as gpu:1. */
  readonly gres?: string;
  /** Further options of sbatch, as they are written there. */
  readonly extra?: readonly string[];
}

/** Slurm looks at time limits about once a minute; an epoch may take as long. Seconds. */
const warning = 180;

/** The script, ready for sbatch. The worker takes the shell's place, so that Slurm's signals reach it. */
export function formatBatchScript(name: string, options: BatchOptions): string {
  const { partition, account, time, cpusPerTask, memory, gres, extra = [] } = options;
  const settings = [
    `--job-name=${name}`,
    '--requeue',
    '--open-mode=append',
    `--signal=B:USR1@${warning}`,
    `--output=${options.logs}/%A_%a.log`,
    `--chdir=${options.folder}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(cpusPerTask === undefined ? [] : [`--cpus-per-task=${cpusPerTask}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    ...(gres === undefined ? [] : [`--gres=${gres}`]),
    ...extra,
  ];
  return [
    '#!/bin/sh',
    ...settings.map((setting) => `#SBATCH ${quoteSetting(setting)}`),
    '',
    '# The address of the store comes in the variable NETSPACE_STORE.',
    `exec ${options.command.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

/** For the shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** sbatch reads quotes around a value, and nothing behind them. */
function quoteSetting(setting: string): string {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(setting) ?? [];
  return /[\s#]/.test(value) ? `${name}="${value}"` : setting;
}
