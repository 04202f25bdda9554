/** What a training was done with; errors may differ between versions, so each trial keeps them. */
import { loadBinding } from '@netspace/tensorflow/binding';

export const netspaceVersion = '0.1.0';

/** Loads TensorFlow. */
export function readVersions(): Readonly<Record<'netspace' | 'tensorflow' | 'node', string>> {
  return { netspace: netspaceVersion, tensorflow: loadBinding().TF_Version, node: process.versions.node };
}
