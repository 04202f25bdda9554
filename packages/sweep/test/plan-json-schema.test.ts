import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { planJsonSchema } from '../plan-json-schema.ts';

it('the JSON Schema of plans is the one that is published beside the code', () => {
  const published = readFileSync(new URL('../plan.schema.json', import.meta.url), 'utf8');
  // Made by `netspace plan --schema > packages/sweep/plan.schema.json`.
  expect(JSON.parse(published)).toEqual(planJsonSchema());
});
