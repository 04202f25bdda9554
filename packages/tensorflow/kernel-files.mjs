/** Where the compiled kernels lie: in the user's cache, in a folder named by all that they are made of. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache.mjs';
import { tensorflowVersion } from './wheel.mjs';

/** @typedef {'avx512' | 'avx2' | 'arm64'} KernelKind the instructions that they use */

export const kernelSources = fileURLToPath(new URL('kernels', import.meta.url));

const flagsFor = Object.freeze({
  avx512: ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma'],
  avx2: ['-mavx2', '-mfma'],
  arm64: [],
});

/** What this kind of machine may have; on others training uses TensorFlow's own operations. @returns {readonly KernelKind[]} */
export function kernelKinds() {
  if (arch() === 'x64') return ['avx512', 'avx2'];
  return arch() === 'arm64' ? ['arm64'] : [];
}

/** The compiler's options. Products and sums may be contracted, as everybody's kernels do. @param {KernelKind} kind */
export function kernelFlags(kind) {
  return [
    '-O3',
    '-std=c++17',
    '-shared',
    '-fPIC',
    '-fvisibility=hidden',
    '-ffp-contract=fast',
    ...flagsFor[kind],
  ];
}

/** The compiled file of a kind. @param {KernelKind} kind @param {NodeJS.ProcessEnv} [env] */
export function kernelFile(kind, env = process.env) {
  return join(cacheFolder(env), `kernels-${sourceHash()}-${platform()}-${arch()}`, `${kind}.node`);
}

function sourceHash() {
  const hash = createHash('sha256').update(JSON.stringify([tensorflowVersion, flagsFor]));
  for (const name of readdirSync(kernelSources).toSorted())
    hash.update(`\n${name}\n`).update(readFileSync(join(kernelSources, name)));
  return hash.digest('hex').slice(0, 16);
}
