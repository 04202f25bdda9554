/** The command that puts the native library in place, where npm has installed netspace; a clone has setup.mjs. */
import { placeLibrary } from '@netspace/tensorflow/library';
import type { Command } from 'commander';
import { say } from './output.ts';

export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .description('puts the native TensorFlow library in place: once a machine, one to three minutes')
    .action(async () => {
      let told = '';
      const report = (text: string): void => {
        if (text !== told) say((told = text));
      };
      await placeLibrary({ report });
      say('everything is in place');
    });
}
