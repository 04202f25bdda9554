/** The tree of commands. Names, options and JSON are part of what scripts rely on. */
import { netspaceVersion } from '@netspace/train/netspace-version';
import { Command } from 'commander';
import type { Finish } from './errors.ts';
import { addExamples } from './examples.ts';

/** Commands that one file adds, in the order of the help. */
interface Part {
  readonly names: readonly string[];
  /** They are about all commands. */
  readonly whole?: true;
  readonly load: () => Promise<(program: Command, finish: Finish) => void>;
}

/**
 * All commands, or those alone that are declared with the one of the name `only`: each part loads a hundred modules that the others do
 * without. A name that no command has brings all of them, for the nearest to be found.
 */
export async function buildProgram(finish: Finish, only?: string): Promise<Command> {
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
  for (const add of await Promise.all(partsFor(only).map(({ load }) => load()))) add(program, finish);
  addExamples(program);
  return program;
}

function partsFor(only: string | undefined): readonly Part[] {
  const one = parts.find(({ names }) => only !== undefined && names.includes(only));
  return one === undefined || one.whole ? parts : [one];
}

const parts: readonly Part[] = [
  {
    names: ['quantize', 'complexity', 'zoo', 'fit'],
    load: async () => (await import('./network-commands.ts')).addNetworkCommands,
  },
  { names: ['scale'], load: async () => (await import('./scale-command.ts')).addScaleCommand },
  {
    names: ['space', 'sample', 'check'],
    load: async () => (await import('./space-commands.ts')).addSpaceCommands,
  },
  { names: ['data'], load: async () => (await import('./data-commands.ts')).addDataCommands },
  { names: ['recipe'], load: async () => (await import('./recipe-commands.ts')).addRecipeCommands },
  { names: ['train', 'schedule'], load: async () => (await import('./train-command.ts')).addTrainCommand },
  { names: ['find'], load: async () => (await import('./find-command.ts')).addFindCommand },
  { names: ['bench'], load: async () => (await import('./bench-command.ts')).addBenchCommand },
  { names: ['model'], load: async () => (await import('./model-commands.ts')).addModelCommands },
  { names: ['plan', 'run'], load: async () => (await import('./sweep-commands.ts')).addSweepCommands },
  { names: ['worker'], load: async () => (await import('./worker-command.ts')).addWorkerCommand },
  { names: ['slurm'], load: async () => (await import('./slurm-command.ts')).addSlurmCommand },
  { names: ['kubernetes'], load: async () => (await import('./kubernetes-command.ts')).addKubernetesCommand },
  {
    names: ['status', 'trial', 'retry', 'cancel', 'delete'],
    load: async () => (await import('./store-commands.ts')).addStoreCommands,
  },
  { names: ['salvage'], load: async () => (await import('./salvage-command.ts')).addSalvageCommand },
  { names: ['trials'], load: async () => (await import('./trials-command.ts')).addTrialsCommand },
  { names: ['import'], load: async () => (await import('./import-command.ts')).addImportCommand },
  { names: ['merge'], load: async () => (await import('./merge-command.ts')).addMergeCommand },
  { names: ['export', 'convert'], load: async () => (await import('./export-command.ts')).addExportCommands },
  {
    names: ['analyze', 'report'],
    load: async () => (await import('./analysis-commands.ts')).addAnalysisCommands,
  },
  { names: ['reports'], load: async () => (await import('./reports-command.ts')).addReportsCommand },
  { names: ['compare'], load: async () => (await import('./compare-command.ts')).addCompareCommand },
  { names: ['dashboard'], load: async () => (await import('./dashboard-command.ts')).addDashboardCommand },
  { names: ['plot'], load: async () => (await import('./plot-command.ts')).addPlotCommands },
  { names: ['refine'], load: async () => (await import('./refine-command.ts')).addRefineCommand },
  { names: ['doctor'], load: async () => (await import('./doctor-command.ts')).addDoctorCommand },
  { names: ['setup'], load: async () => (await import('./setup-command.ts')).addSetupCommand },
  {
    names: ['explain', 'completion', 'manual'],
    whole: true,
    load: async () => (await import('./help-commands.ts')).addHelpCommands,
  },
];
