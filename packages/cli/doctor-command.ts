/** Says what netspace needs of this machine and what was found. */
import { diagnose } from '@netspace/tensorflow/library';
import pc from 'picocolors';
import type { Command } from 'commander';
import { exitCodes, type Finish } from './errors.ts';
import { printJson, printLine } from './output.ts';

export function addDoctorCommand(program: Command, finish: Finish): void {
  program
    .command('doctor')
    .description('checks all that is needed on this machine, with versions')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => {
      const findings = diagnose();
      if (options.json) findings.forEach(printJson);
      else
        for (const { name, ok, found, advice } of findings) {
          const colours = pc.createColors(process.stdout.isTTY === true);
          printLine(`${ok ? colours.green('ok') : colours.red('no')}  ${name.padEnd(18)} ${found}`);
          if (!ok && advice !== '') printLine(`    ${advice}`);
        }
      finish(findings.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.error);
    });
}
