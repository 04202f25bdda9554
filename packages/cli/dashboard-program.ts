/** The program with one command alone, `dashboard`: the same as in the whole tree of commands. */
import type { Command } from 'commander';
import { addDashboardCommand } from './dashboard-command.ts';
import { addExamples } from './examples.ts';
import { frameProgram } from './program-frame.ts';

export function buildDashboardProgram(): Command {
  const program = frameProgram();
  addDashboardCommand(program);
  addExamples(program);
  return program;
}
