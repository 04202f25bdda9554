/** The program around its commands: what it says of itself. */
import { netspaceVersion } from '@netspace/train/versions';
import { Command } from 'commander';

export function frameProgram(): Command {
  return new Command('netspace')
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
}
