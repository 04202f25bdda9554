/** What a training was done with; errors may differ between versions, so each trial keeps them. */
import { loadBinding } from '@netspace/tensorflow/binding';

/** Loads TensorFlow. */
export function readVersions(): Readonly<Record<'netspace' | 'tensorflow' | 'node', string>> {
  return { netspace: '0.1.0', tensorflow: loadBinding().TF_Version, node: process.versions.node };
}
