/**
 * A process that trains with a checkpoint, as compiled: `node train-process.mjs FILE RECIPE`.
 * It prints a line a step, `step EPOCH STEP`, so that a test can kill it where it likes.
 */
import { completeRecipe } from '../dist/recipe.js';
import { checkpointFile } from '../dist/checkpoint-file.js';
import { trainNetwork } from '../dist/train.js';
import { loadSmallData, network } from './small-training.mjs';

const [file, recipe] = process.argv.slice(2);
await trainNetwork(network, completeRecipe(JSON.parse(recipe)), await loadSmallData(), {
  seed: 5,
  checkpoint: checkpointFile(file),
  onCheckpoint: ({ kind, epoch }) => console.log(`${kind} ${epoch}`),
  onStep: ({ epoch, step }) => console.log(`step ${epoch} ${step}`),
});
