/** What the processor can do, where a graph has a faster form for it. */
import { readFileSync } from 'node:fs';

let known: boolean | undefined;

/** Whether oneDNN uses its AVX-512 kernels here: the processor has them, and ONEDNN_MAX_CPU_ISA does not forbid them. */
export function hasAvx512(): boolean {
  return (known ??= isAvx512Allowed(process.env['ONEDNN_MAX_CPU_ISA']) && flagsHaveAvx512(readCpuInfo()));
}

export function isAvx512Allowed(mostIsa: string | undefined): boolean {
  return mostIsa === undefined || !/^(SSE41|AVX|AVX2.*)$/i.test(mostIsa);
}

/** By the contents of Linux's /proc/cpuinfo. */
export function flagsHaveAvx512(cpuInfo: string): boolean {
  const flags = /^flags\s*:(.*)$/m.exec(cpuInfo)?.[1]?.split(/\s+/) ?? [];
  return ['avx512f', 'avx512bw', 'avx512vl', 'avx512dq'].every((flag) => flags.includes(flag));
}

/** Empty where there is no such file: on a Mac, say, whose processors have no AVX-512. */
function readCpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
