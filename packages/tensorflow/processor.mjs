/** What the processor can do, where there is a faster form for it. */
import { readFileSync } from 'node:fs';
import { arch } from 'node:os';

/** @typedef {import('./kernel-files.mjs').KernelKind} KernelKind */

/** @type {boolean | undefined} */
let known;

/** Whether oneDNN uses its AVX-512 kernels here: the processor has them, and ONEDNN_MAX_CPU_ISA does not forbid them. */
export function hasAvx512() {
  return (known ??= isAvx512Allowed(process.env['ONEDNN_MAX_CPU_ISA']) && flagsHaveAvx512(readCpuInfo()));
}

/** @param {string | undefined} mostIsa */
export function isAvx512Allowed(mostIsa) {
  return mostIsa === undefined || !/^(SSE41|AVX|AVX2.*)$/i.test(mostIsa);
}

/** By the contents of Linux's /proc/cpuinfo. @param {string} cpuInfo */
export function flagsHaveAvx512(cpuInfo) {
  return hasFlags(cpuInfo, ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq']);
}

/** @param {string} cpuInfo */
export function flagsHaveAvx2(cpuInfo) {
  return hasFlags(cpuInfo, ['avx2', 'fma']);
}

/** The fastest kernels that run here; undefined where none do. @returns {KernelKind | undefined} */
export function bestKernelKind() {
  if (arch() === 'arm64') return 'arm64';
  if (arch() !== 'x64') return undefined;
  if (hasAvx512()) return 'avx512';
  return flagsHaveAvx2(readCpuInfo()) ? 'avx2' : undefined;
}

/** @param {string} cpuInfo @param {readonly string[]} wanted */
function hasFlags(cpuInfo, wanted) {
  const flags = /^flags\s*:(.*)$/m.exec(cpuInfo)?.[1]?.split(/\s+/) ?? [];
  return wanted.every((flag) => flags.includes(flag));
}

/** Empty where there is no such file: on a Mac, say, whose processors have no AVX-512. */
function readCpuInfo() {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
