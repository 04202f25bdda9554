import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { eventJsonSchema, eventSchema } from '../event-schema.ts';
import type { SweepEvent } from '../sweep-event.ts';
import { addFakeSweep, checkBuild, endSupervisors, startSupervisor } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-events-'));
beforeAll(checkBuild);
afterAll(() => {
  endSupervisors();
  rmSync(folder, { recursive: true, force: true });
});

describe('the schema of events', () => {
  it('is the one that is published beside the code', () => {
    const published = readFileSync(new URL('../event.schema.json', import.meta.url), 'utf8');
    // Made by `netspace run --schema > packages/sweep/event.schema.json`.
    expect(JSON.parse(published)).toEqual(eventJsonSchema());
  });

  it('allows what the type of events allows, and no other', () => {
    // Checked by the compiler.
    expectTypeOf<SweepEvent>().toExtend<z.input<typeof eventSchema>>();
    expectTypeOf<z.output<typeof eventSchema>['kind']>().toEqualTypeOf<SweepEvent['kind']>();
    const wrong = { kind: 'counts', at: 0, counts: { planned: 1 } };
    expect(eventSchema.safeParse(wrong).success).toBe(false);
    expect(eventSchema.safeParse({ kind: 'draining', at: 0, why: 'tired' }).success).toBe(false);
  });

  it('holds for every line of supervisors that finish, fail, lose, pause, resume and settle trials', async () => {
    const file = join(folder, 'store.db');
    const store = await openSqliteStore(file);
    const given = [...Array.from({ length: 6 }, () => ({ pace: 150 })), { pace: 1, name: 'throws' }];
    const rule = { kind: 'halving', eta: 2, firstRung: 2, leastTrials: 2 } as const;
    await addFakeSweep(store, [...given, { pace: 1, name: 'diverges' }, { pace: 1, name: 'dies' }], {
      epochs: 4,
      earlyStopping: rule,
    });
    const options = { checkpoints: join(folder, 'checkpoints'), maxAttempts: 2 };
    const first = startSupervisor(file, options);
    await first.seen('epoch', 1);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(130);
    const second = startSupervisor(file, options);
    expect(await second.exit).toBe(0);
    await store.close();
    const events = [...first.events, ...second.events];
    for (const event of events) expect(eventSchema.parse(event)).toEqual(event);
    // All that a supervisor says; what is planned says the command, whose events the test of the terminal reads.
    const kinds = new Set(events.map(({ kind }) => kind));
    const all = eventSchema.options.map(({ shape }) => shape.kind.value);
    expect(all.filter((kind) => !kinds.has(kind))).toEqual(['planned', 'note']);
  }, 60_000);
});
