import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { checkpointFolder } from '../checkpoints.ts';

it.each([
  ['/data/netspace.db', '/data/netspace.db.checkpoints', 'beside a file'],
  ['postgresql://me@host:5432/lab', resolve('host-5432-lab.checkpoints'), 'below the working folder'],
  ['postgresql://me@host:5432/lab?schema=b', resolve('host-5432-lab-schema-b.checkpoints'), 'each store'],
  ['postgresql://me@/run/postgresql/lab', resolve('run-postgresql-lab.checkpoints'), 'a socket'],
])('the checkpoints of %s lie in %s: %s', (location, folder) => {
  expect(checkpointFolder(location)).toBe(folder);
});
