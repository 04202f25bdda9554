import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { format } from 'prettier';
import { openApiDocument } from '../openapi.ts';

const path = new URL('../openapi.json', import.meta.url);

it('the committed OpenAPI document is the one that the endpoints make (else: UPDATE=1 npx vitest run openapi)', async () => {
  const made = await format(JSON.stringify(openApiDocument()), { parser: 'json', printWidth: 110 });
  if (process.env['UPDATE'] === '1') (await import('node:fs')).writeFileSync(path, made);
  expect(readFileSync(path, 'utf8')).toBe(made);
});
