/** A supervisor process with fake workers: `node fake-supervisor.mjs STORE SWEEP OPTIONS`; its events come out as JSON. */
import { openSqliteStore } from '@netspace/store/sqlite';
import { showSweep } from '../dist/display.js';
import { watchInterrupts } from '../dist/interrupts.js';
import { supervise } from '../dist/supervisor.js';

const [file, reference, options = '{}'] = process.argv.slice(2);
const store = await openSqliteStore(file);
const interrupts = watchInterrupts();
const display = showSweep(process.stdout, { json: true });
const { interrupted } = await supervise(store, await store.findSweep(reference), {
  workers: 2,
  workerEntry: new URL('./fake-worker.mjs', import.meta.url),
  onEvent: display.onEvent,
  drain: interrupts.drain,
  stop: interrupts.stop,
  ...JSON.parse(options),
});
interrupts.release();
await store.close();
process.exitCode = interrupted ? 130 : 0;
