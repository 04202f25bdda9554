/** Takes a lock, starts a child that would outlive it, and waits: a program of its own for lock.test.ts. */
import { run, watchGroups } from '../command.mjs';
import { acquireLock } from '../lock.mjs';

const lock = await acquireLock(process.argv[2] ?? '');
watchGroups(lock.note);
void run('sh', ['-c', 'echo $$; sleep 60'], { onLine: (line) => console.log(line) });
