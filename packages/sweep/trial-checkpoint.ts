/** A trial's checkpoint as its worker keeps it: what goes wrong with the file costs time at the most, never the trial. */
import type { CheckpointStore } from '@netspace/train/checkpoint';
import { checkpointFile } from '@netspace/train/checkpoint-file';

export interface TrialCheckpoint extends CheckpointStore {
  /** Whether the last epoch is on the disk. */
  isSaved(): boolean;
}

/**
 * `onTrouble` is told the first failure of each kind in a sentence. `check` is called before each writing: a worker whose supervisor is gone ends there, or its file
 * might come after the next supervisor has tidied up.
 */
export function trialCheckpoint(
  path: string,
  onTrouble: (reason: string) => void,
  check: () => void,
): TrialCheckpoint {
  const file = checkpointFile(path);
  let saved = false;
  const told = new Set<string>();
  const attempt = <T>(what: string, act: () => T): { readonly value?: T } => {
    try {
      return { value: act() };
    } catch (error) {
      if (!told.has(what)) onTrouble(`${what} (${error instanceof Error ? error.message : String(error)})`);
      told.add(what);
      return {};
    }
  };
  return {
    name: file.name,
    read() {
      const found = attempt('its checkpoint cannot be read, so it begins anew', () => file.read()).value;
      saved = found !== undefined;
      return found;
    },
    write(bytes) {
      check();
      const written = attempt('its checkpoint cannot be written, so it goes on without', () => {
        file.write(bytes);
        return true;
      });
      saved = written.value === true;
    },
    isSaved: () => saved,
  };
}
