/** What a training was done with; errors may differ between versions, so each trial keeps them. */
import { loadBinding } from '@netspace/tensorflow/binding';
import { kernelKind } from '@netspace/tensorflow/kernels';
import { netspaceVersion } from './netspace-version.ts';

export type Versions = Readonly<Record<'netspace' | 'tensorflow' | 'kernels' | 'node', string>>;

/** Loads TensorFlow. */
export function readVersions(): Versions {
  return {
    netspace: netspaceVersion,
    tensorflow: loadBinding().TF_Version,
    kernels: kernelsHere(),
    node: process.versions.node,
  };
}

/** The instructions that our own operations use on this machine, or `none`. */
export function kernelsHere(): string {
  return kernelKind();
}
