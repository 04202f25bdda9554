import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { workerEnvironment } from '../binding.ts';

const built = new URL('../dist/binding.js', import.meta.url);
const program = `
  const { newGraph, placeholder, constant } = await import(${JSON.stringify(new URL('graph.js', built).href)});
  const { convolution } = await import(${JSON.stringify(new URL('convolution.js', built).href)});
  const { sum } = await import(${JSON.stringify(new URL('elementwise.js', built).href)});
  const { gradients } = await import(${JSON.stringify(new URL('gradient.js', built).href)});
  const { openSession } = await import(${JSON.stringify(new URL('session.js', built).href)});
  const graph = newGraph();
  const [x, w] = [placeholder(graph, 'x', [1, 4, 4, 16]), placeholder(graph, 'w', [3, 3, 8, 16])];
  const slopes = gradients(sum(convolution(x, w, 1)), constant(graph, 1), [x, w]);
  const ones = (tensor) => ({ tensor, shape: tensor.shape, values: new Float32Array(tensor.shape.reduce((a, b) => a * b)).fill(1) });
  const [, dw] = openSession(graph).run([ones(x), ones(w)], slopes);
  console.log(Math.max(...dw));
`;

/** Starts a process of its own, since TensorFlow reads its environment only once. */
function runWith(environment: Record<string, string>) {
  const { TF_ENABLE_ONEDNN_OPTS: _, ...rest } = process.env;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...rest, ...environment },
    encoding: 'utf8',
  });
}

describe('grouped convolutions have gradients', () => {
  it.each([
    ['TF_ENABLE_ONEDNN_OPTS is not set', {}],
    ['somebody has switched oneDNN off', { TF_ENABLE_ONEDNN_OPTS: '0' }],
    ['the process has the environment of a worker', workerEnvironment(1)],
  ])('where %s', (_, environment) => {
    expect(existsSync(built), 'build the packages first').toBe(true);
    const { stdout, stderr } = runWith(environment);
    // Each weight of the centre column meets all 16 positions of a map of ones.
    expect(stdout.trim(), stderr).toBe('16');
  });
});

it('a worker thread is told to be a process', async () => {
  const code = `import(${JSON.stringify(built.href)}).then((m) => { try { m.loadBinding(); } catch (e) { require('node:worker_threads').parentPort.postMessage(e.message); } });`;
  const worker = new Worker(code, { eval: true });
  const message = await new Promise((resolve) => worker.once('message', resolve));
  expect(message).toContain('worker thread');
  await worker.terminate();
});
