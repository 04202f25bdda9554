/** What a worker process runs: trials on a data set that is loaded once. */
import { loadDataset } from '@netspace/data/load';
import { holdOut } from '@netspace/data/split';
import { trainNetwork } from '@netspace/train/train';
import { readVersions } from '@netspace/train/versions';
import type { DataRequest, PreparedTraining } from './work.ts';
import { serveTrials } from './worker.ts';

serveTrials(prepareTraining);

async function prepareTraining(request: DataRequest): Promise<PreparedTraining> {
  const data = holdOut(await loadDataset(request.name), request);
  return {
    train: (work, options) => trainNetwork(work.network, work.recipe, data, options),
    provenance: {
      ...readVersions(),
      dataset: data.name,
      checksum: data.checksum,
      trainImages: data.train.count,
      validationImages: data.validation.count,
    },
  };
}
