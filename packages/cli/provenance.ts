/** What a report says of where and with what it was made. */
import { netspaceVersion } from '@netspace/train/netspace-version';
import { cpus, release, type, arch } from 'node:os';

/** Nothing here names a user, a host or a folder: reports are passed on. */
export function gatherProvenance(): Record<string, string> {
  const processors = cpus();
  return {
    netspace: netspaceVersion,
    node: process.versions.node,
    system: `${type()} ${release()} ${arch()}`,
    processor: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    'report made': new Date().toISOString(),
  };
}
