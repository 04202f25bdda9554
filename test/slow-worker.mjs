/** A worker that trains for real and takes its time over it: NETSPACE_STEP_MILLISECONDS more for each step. */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { serveTrials } from '@netspace/sweep/worker';
import { trainNetwork } from '@netspace/train/train';

const pause = Number(process.env['NETSPACE_STEP_MILLISECONDS']);
const bell = new Int32Array(new SharedArrayBuffer(4));

serveTrials(async (request) => {
  const data = holdOut(await loadDataset(request.name), request);
  return {
    train: (work, options) =>
      trainNetwork(work.network, work.recipe, data, {
        ...options,
        onStep: (progress) => {
          Atomics.wait(bell, 0, 0, pause);
          options.onStep?.(progress);
        },
      }),
    provenance: { dataset: data.name, checksum: data.checksum },
  };
});
