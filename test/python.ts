/**
 * The Python interpreters that check what we hand to others: NETSPACE_TIMM_PYTHON has torch, timm and safetensors,
 * NETSPACE_TENSORFLOW_PYTHON has tensorflow. `.ci/python` makes both; without them the tests that need them are skipped, but never in CI.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const required = process.env['CI'] === 'true';

/** The interpreter to use, if the tests of `what` are to run at all. */
export function pythonFor(what: string, variable: string): string | undefined {
  const interpreter = process.env[variable];
  if (interpreter !== undefined && interpreter !== '') return interpreter;
  if (required) throw new Error(`${what} must be checked in CI, but ${variable} is not set; see .ci/python`);
  console.warn(`skipped: ${what}; set ${variable} to an interpreter that has it (.ci/python makes one)`);
  return undefined;
}

/** Runs a script in a folder; what it prints. */
export function runPython(
  interpreter: string,
  script: string,
  folder: string,
  environment: Record<string, string> = {},
): string {
  const file = join(folder, 'script.py');
  writeFileSync(file, script);
  const { status, stdout, stderr, error } = spawnSync(interpreter, [file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`Python ended with ${status}: ${error?.message ?? stderr}`);
  return stdout;
}

/** The block of code in docs/models.md that contains these words: what users copy is what the tests run. */
export function docsSnippet(words: string): string {
  const page = readFileSync(fileURLToPath(new URL('../docs/models.md', import.meta.url)), 'utf8');
  const blocks = [...page.matchAll(/```(?:python|html)\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const found = blocks.find((code) => code.includes(words));
  if (found === undefined) throw new Error(`docs/models.md has no code with ${words}`);
  return found;
}

/** NumPy's file of an array of 32-bit floats: version 1.0 of its format, in C order. */
export function writeNpy(file: string, values: Float32Array, shape: readonly number[]): void {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10);
  head.write('\u0093NUMPY\u0001\u0000', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  writeFileSync(file, Buffer.concat([head, Buffer.from(padded, 'latin1'), data]));
}

/** The floats of such a file. */
export function readNpy(file: string): Float32Array {
  const bytes = readFileSync(file);
  const begin = 10 + bytes.readUInt16LE(8);
  if (!bytes.toString('latin1', 10, begin).includes("'<f4', 'fortran_order': False"))
    throw new Error(`${file} does not hold 32-bit floats in C order`);
  return new Float32Array(new Uint8Array(bytes.subarray(begin)).buffer);
}
