/**
 * One of several processes on a store: `node store-process.mjs LOCATION OWNER TRIALS`. It adds the plan, as all do at the same time,
 * and works until nothing is left; its first trial it keeps beyond its lease and ends too late. Each end it tries is a line of JSON.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '@netspace/store/open';

process.stdin.resume();
const [location, owner, trials] = process.argv.slice(2);
// Loading takes each its own time; from here all begin at once.
console.log(JSON.stringify({ owner, ready: true }));
await once(process.stdin, 'end');
const store = await openStore(location);
const sweep = { name: 'processes', planHash: 'abcdef0123', plan: '{}' };
const { added, sweep: kept } = await store.addSweep(sweep, JSON.parse(trials));
console.log(JSON.stringify({ owner, added }));

const recover = async () => {
  const gone = (await store.leases(kept.id)).filter(({ hasRunOut }) => hasRunOut);
  const reason = 'its lease has run out';
  return store.recoverTrials({ maxAttempts: 1000, gone: gone.map((lease) => ({ ...lease, reason })) });
};

async function isTakenBack({ trialId, attempt }) {
  const { trial } = await store.trialHistory(trialId);
  return trial.attempt !== attempt || trial.status !== 'leased';
}

async function work(lease, late) {
  if (late) while (!(await isTakenBack(lease))) await recover();
  // An error that tells who wrote it.
  const error = Math.random();
  const recorded = await store.recordEpoch(lease, { epoch: 1, validationError: error });
  const finished = await store.finishTrial(lease, { status: 'completed', error });
  const { trialId, attempt } = lease;
  console.log(JSON.stringify({ owner, trialId, attempt, error, late, recorded, finished }));
}

for (let late = true; ;) {
  const lease = await store.leaseTrial(kept.id, { owner, milliseconds: late ? 1 : 3000 });
  if (lease) {
    await sleep(10);
    await work(lease, late);
    late = false;
    continue;
  }
  const { planned, leased } = await store.countTrials(kept.id);
  if (planned + leased === 0) break;
  await recover();
  await sleep(20);
}
await store.close();
