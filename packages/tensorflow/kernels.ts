/** Our own operations for training (see kernels/), which the set-up has compiled for this machine. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { kernelFile, type KernelKind } from '@netspace/tensorflow/kernel-files';
import { bestKernelKind } from '@netspace/tensorflow/processor';
import { loadBinding } from './binding.ts';

let found: KernelKind | 'none' | undefined;
let areLoaded = false;

/**
 * The instructions that they use here; `none` where they are not in place, or the environment says NETSPACE_KERNELS=none. Loads nothing.
 */
export function kernelKind(): KernelKind | 'none' {
  return (found ??= findKernels());
}

function findKernels(): KernelKind | 'none' {
  const kind = process.env['NETSPACE_KERNELS'] === 'none' ? undefined : bestKernelKind();
  return kind !== undefined && existsSync(kernelFile(kind)) ? kind : 'none';
}

/** Whether a graph may have them. Loads them, and TensorFlow before them. */
export function hasKernels(): boolean {
  const kind = kernelKind();
  if (kind === 'none') return false;
  if (areLoaded) return true;
  loadBinding();
  createRequire(import.meta.url)(kernelFile(kind));
  return (areLoaded = true);
}
