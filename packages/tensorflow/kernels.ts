/** Our own operations for training, compiled at the set-up. */
import { createRequire } from 'node:module';
import { loadBinding } from './binding.ts';

let loaded: boolean | undefined;

/** Whether they are in TensorFlow here; loads both. */
export function hasKernels(): boolean {
  return (loaded ??= loadKernels(process.env['NETSPACE_KERNELS']));
}

function loadKernels(file: string | undefined): boolean {
  if (!file) return false;
  loadBinding();
  createRequire(import.meta.url)(file);
  return true;
}
