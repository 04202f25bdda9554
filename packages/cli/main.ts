/** The netspace command: reads the words, runs one command, turns errors into sentences and exit codes. */
import { CommanderError, type Command } from 'commander';
import { exitCodes, explain, UsageError, type Finish } from './errors.ts';
import { watchMistypedOptions } from './mistyped-option.ts';

/** Runs one command line (without `node` and the script); its exit code: 0 ok, 1 error, 2 usage, 3 finished with failed trials, 130 interrupted. */
export async function main(words: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) closes the pipe; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    throw error;
  });
  let code: number = exitCodes.ok;
  const program = await programFor(words, (result) => (code = result));
  watchMistypedOptions(program, words);
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 || error.code === 'commander.help' ? error.exitCode : exitCodes.usage;
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.error;
  }
}

/** The dashboard, whose start is waited for, is loaded without the other commands: that takes a third of a second. */
async function programFor([first]: readonly string[], finish: Finish): Promise<Command> {
  if (first !== 'dashboard') return (await import('./program.ts')).buildProgram(finish);
  const { buildDashboardProgram } = await import('./dashboard-program.ts');
  return buildDashboardProgram();
}
