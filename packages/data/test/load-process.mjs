/** A process that loads the data set at a path and tells its checksum. */
import { loadDataset } from '../dist/load.js';

const { checksum } = await loadDataset(process.argv[2] ?? '');
process.send?.(checksum);
