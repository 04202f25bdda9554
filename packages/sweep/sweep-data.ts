/** The images of a sweep on the machine at hand: there, whole, and the ones that the others train on. */
import { fetchDataset } from '@netspace/data/fetch';
import { readReference } from '@netspace/data/reference';
import type { Store, Sweep } from '@netspace/store/store';
import type { DataRequest } from './work.ts';

/** Images that differ from those the sweep's other trials were trained on; `code` is `data-differs`. */
class DataDiffersError extends Error {
  readonly code = 'data-differs';
}

/** Checks the checksums of a data set that is known by name, and fetches it where it is missing or damaged; `note` is told so. */
export async function provideData(request: DataRequest, note: (text: string) => void): Promise<void> {
  const reference = readReference(request.name);
  if (reference.kind === 'path') return;
  let told = false;
  await fetchDataset(reference.entry.name, {
    onProgress: ({ what }) => {
      if (!told) note(`fetching ${reference.entry.name} (${what})`);
      told = true;
    },
  });
}

/** What lies at the same path of two machines may differ: compares with a trial that has ended, if there is one. */
export async function checkData(
  store: Store,
  sweep: Sweep,
  provenance: Readonly<Record<string, unknown>>,
): Promise<void> {
  const [ended] = await store.trials(sweep.id, { statuses: ['completed', 'diverged'], limit: 1 });
  const known = ended?.provenance?.['checksum'];
  const { dataset, checksum } = provenance;
  if (known === undefined || checksum === undefined || known === checksum) return;
  throw new DataDiffersError(
    `the images of ${String(dataset)} on this machine are not those that trial ${(ended?.index ?? 0) + 1} of ${sweep.name} was trained on ` +
      `(checksum ${String(checksum).slice(0, 12)} instead of ${String(known).slice(0, 12)}); copy the same files here, or work on another sweep`,
  );
}
