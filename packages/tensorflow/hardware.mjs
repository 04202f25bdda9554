/** What the machine's processor, memory and system can do. */
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { gigabytes, onPath, versionOf } from './machine.mjs';

/** @typedef {import('./machine.mjs').Finding} Finding */

/** The memory of two workers, in bytes. */
const roomToTrain = 2e9;

/** The C library's version and the processor's flags, where Linux tells them. */
export function describeSystem() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return { glibc: report.header.glibcVersionRuntime, flags: processorFlags() };
}

function processorFlags() {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** @returns {Finding} */
export function findProcessor() {
  const flags = processorFlags();
  const known = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile'];
  const has = known.filter((flag) => flags?.split(' ').includes(flag));
  const ok = flags === undefined || arch() !== 'x64' || /\bavx\b/.test(flags);
  const found = `${cpus()[0]?.model.trim() ?? 'unknown'} (${platform()}-${arch()}${has.length > 0 ? `, ${has.join(' ')}` : ''})`;
  return {
    name: 'processor',
    ok,
    found,
    advice: ok ? '' : 'TensorFlow needs a processor with AVX: use a newer machine.',
  };
}

/** @returns {Finding} */
export function findMemory() {
  const ok = totalmem() >= roomToTrain;
  const advice = `A worker takes about ${gigabytes(roomToTrain / 2)}: run fewer workers (--workers 1) and close other programs.`;
  return { name: 'memory', ok, found: gigabytes(totalmem()), advice: ok ? '' : advice };
}

/** Only tests of pages need one. @param {NodeJS.ProcessEnv} env @returns {Finding} */
export function findBrowser(env) {
  const command = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => onPath(name, env));
  const found =
    command === undefined ? 'none; tests of pages are skipped' : versionOf(command, ['--version'], env);
  return { name: 'browser', ok: true, found, advice: '' };
}
