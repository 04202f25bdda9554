/** The size at which images are read: their own, or the largest usual one below it that the budget allows. */
import { describeDataset, type DatasetListing } from '@netspace/data/load';
import { fetchDataset } from '@netspace/data/fetch';
import { readReference } from '@netspace/data/reference';
import { findSpace } from '@netspace/space/builtin';
import { sampleNetworks, SamplingError } from '@netspace/space/sample';
import { candidateWindow } from './candidates.ts';
import { describeBudget, usualEffort, type SearchRequest } from './request.ts';

/** Below 28 pixels a RegNet, which halves maps five times, has hardly anything left to look at. */
const sides = [224, 192, 160, 128, 96, 64, 48, 32, 28];

/**
 * The data set's name for readers, with `@resolution` where that is given or has to be smaller than the images are. Only folders of images
 * can be resized; elsewhere the sampler's error stands.
 */
export async function chooseReference(request: SearchRequest, note: (text: string) => void): Promise<string> {
  const { data, resolution } = request;
  if (resolution !== undefined) return `${data}@${resolution}`;
  const found = readReference(data);
  if (found.kind === 'catalog')
    await fetchDataset(found.entry.name, { onProgress: ({ what }) => note(`fetching ${what}`) });
  const listing = await describeDataset(data);
  const failure = failureAt(listing.resolution, listing, request);
  if (!failure) return data;
  const side = sides.find((each) => each < listing.resolution && !failureAt(each, listing, request));
  if (side === undefined || !(await canBeResized(data, side))) throw failure;
  note(
    `images are read at ${side} x ${side} pixels: at their own ${listing.resolution} no network has ${describeBudget(request.budget)}`,
  );
  return `${data}@${side}`;
}

/** Why the space has not enough networks within the budget for images of this size; undefined where it has. */
function failureAt(
  resolution: number,
  { channels, classes }: DatasetListing,
  { space, budget, effort, seed }: SearchRequest,
): SamplingError | undefined {
  const input = { resolution, channels, classes: classes.length };
  const count = effort.candidates ?? usualEffort.candidates;
  try {
    const window = candidateWindow(budget);
    sampleNetworks(findSpace(space), { count, seed: `${seed}/candidates`, input, window });
    return undefined;
  } catch (error) {
    if (error instanceof SamplingError) return error;
    throw error;
  }
}

async function canBeResized(data: string, side: number): Promise<boolean> {
  try {
    await describeDataset(`${data}@${side}`);
    return true;
  } catch {
    return false;
  }
}
