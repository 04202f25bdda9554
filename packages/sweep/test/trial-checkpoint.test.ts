import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { trialCheckpoint } from '../trial-checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-trial-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => Buffer.from(text);

it.skipIf(!existsSync('/dev/full'))(
  'a checkpoint for which the disk has no room leaves the last one as it is, and the next one is tried again',
  () => {
    const path = join(folder, 'full');
    const troubles: string[] = [];
    const checkpoint = trialCheckpoint(
      path,
      (reason) => troubles.push(reason),
      () => {},
    );
    checkpoint.write(bytes('one'));
    expect(checkpoint.isSaved()).toBe(true);
    // The draft of the next one goes to a device that never has room.
    for (const text of ['two', 'three']) {
      symlinkSync('/dev/full', `${path}.draft`);
      checkpoint.write(bytes(text));
      expect(checkpoint.isSaved()).toBe(false);
    }
    expect(
      trialCheckpoint(
        path,
        () => {},
        () => {},
      ).read(),
    ).toEqual(Buffer.from('one'));
    expect(troubles).toEqual([
      expect.stringMatching(/^its checkpoint cannot be written, so it goes on without \(ENOSPC: .*\)$/),
    ]);
    checkpoint.write(bytes('four'));
    expect(checkpoint.isSaved()).toBe(true);
    expect(checkpoint.read()).toEqual(Buffer.from('four'));
  },
);

it('a checkpoint that cannot be read is none', () => {
  const path = join(folder, 'unreadable');
  mkdirSync(path);
  const troubles: string[] = [];
  const checkpoint = trialCheckpoint(
    path,
    (reason) => troubles.push(reason),
    () => {},
  );
  expect(checkpoint.read()).toBeUndefined();
  expect(checkpoint.isSaved()).toBe(false);
  expect(troubles[0]).toMatch(/cannot be read, so it begins anew/);
});

it('leaves no file where whoever would write it is stopped before', () => {
  const path = join(folder, 'orphan.checkpoint');
  const checkpoint = trialCheckpoint(
    path,
    () => {},
    () => {
      throw new Error('the supervisor is gone');
    },
  );
  expect(() => checkpoint.write(Buffer.from('late'))).toThrow('the supervisor is gone');
  expect(existsSync(path)).toBe(false);
  expect(checkpoint.isSaved()).toBe(false);
});
