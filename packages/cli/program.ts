/** The tree of commands. Names, options and JSON are part of what scripts rely on. */
import { netspaceVersion } from '@netspace/train/versions';
import { Command } from 'commander';
import type { Finish } from './errors.ts';
import { addAnalysisCommands } from './analysis-commands.ts';
import { addBenchCommand } from './bench-command.ts';
import { addCompareCommand } from './compare-command.ts';
import { addDashboardCommand } from './dashboard-command.ts';
import { addDataCommands } from './data-commands.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addExportCommands } from './export-command.ts';
import { addFindCommand } from './find-command.ts';
import { addExamples } from './examples.ts';
import { addHelpCommands } from './help-commands.ts';
import { addImportCommand } from './import-command.ts';
import { addKubernetesCommand } from './kubernetes-command.ts';
import { addModelCommands } from './model-commands.ts';
import { addNetworkCommands } from './network-commands.ts';
import { addPlotCommands } from './plot-command.ts';
import { addReportsCommand } from './reports-command.ts';
import { addRefineCommand } from './refine-command.ts';
import { addSalvageCommand } from './salvage-command.ts';
import { addScaleCommand } from './scale-command.ts';
import { addRecipeCommands } from './recipe-commands.ts';
import { addSlurmCommand } from './slurm-command.ts';
import { addSpaceCommands } from './space-commands.ts';
import { addMergeCommand } from './merge-command.ts';
import { addSetupCommand } from './setup-command.ts';
import { addStoreCommands } from './store-commands.ts';
import { addSweepCommands } from './sweep-commands.ts';
import { addTrialsCommand } from './trials-command.ts';
import { addTrainCommand } from './train-command.ts';
import { addWorkerCommand } from './worker-command.ts';

export function buildProgram(finish: Finish): Command {
  const program = new Command('netspace')
    .description('Explore design spaces of convolutional networks: sample, train, compare, refine.')
    .version(netspaceVersion)
    .exitOverride()
    .showHelpAfterError('(run the command with --help for its options)')
    .addHelpText(
      'after',
      `
NETWORK is a file, - or the name of a published model; FILE may hold one network, a JSON array or one network a line.
Quantities are written like 400M, 1.6G, 50k; ranges like 360M:400M.`,
    );
  addNetworkCommands(program);
  addScaleCommand(program);
  addSpaceCommands(program);
  addDataCommands(program);
  addRecipeCommands(program);
  addTrainCommand(program, finish);
  addFindCommand(program, finish);
  addBenchCommand(program, finish);
  addModelCommands(program, finish);
  addSweepCommands(program, finish);
  addWorkerCommand(program, finish);
  addSlurmCommand(program, finish);
  addKubernetesCommand(program);
  addStoreCommands(program);
  addSalvageCommand(program);
  addTrialsCommand(program);
  addImportCommand(program);
  addMergeCommand(program);
  addExportCommands(program);
  addAnalysisCommands(program);
  addReportsCommand(program);
  addCompareCommand(program);
  addDashboardCommand(program);
  addPlotCommands(program);
  addRefineCommand(program);
  addDoctorCommand(program, finish);
  addSetupCommand(program);
  addHelpCommands(program);
  addExamples(program);
  return program;
}
