/// <reference lib="dom" />
/** Our models in a browser: TensorFlow.js from its package, the page of docs/models.md, headless Chromium. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { encodeGraphModel } from '@netspace/model/graph-model';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { small } from '../packages/model/test/random-model.ts';
import { allCases, differenceOf, drawImages, modelCase, trainedLogits } from './model-cases.ts';
import { docsSnippet } from './python.ts';

const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const required = process.env['CI'] === 'true';
const present = existsSync(chromiumPath);
if (!present && !required)
  console.warn(
    `skipped: models in a browser; there is no ${chromiumPath} (install chromium, or set CHROMIUM)`,
  );

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const offline = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const library = createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.min.js');
const images = 2;
/** Single precision, and TensorFlow.js' own order of sums. */
const tolerance = 1e-5;

/** The docs' page shows a model of grey images as large as its canvas. */
const readmeCase = modelCase('readme', 'X blocks', small);
const cases = [...allCases, readmeCase];

describe.skipIf(!present && !required)('TensorFlow.js in a browser', () => {
  let browser: Browser | undefined;
  let server: Server | undefined;
  let address = '';

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const bytes = fileAt(url);
      const type = url.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/octet-stream';
      response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': type }).end(bytes);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: chromiumPath, args: [...quiet, ...offline] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(path: string): Promise<Page> {
    if (browser === undefined) throw new Error('the browser did not start');
    const page = await browser.newPage();
    await page.goto(`${address}/${path}`);
    return page;
  }

  it('prints the probabilities of a canvas by the page of the docs as it stands', async () => {
    const page = await open('readme/empty.html');
    const printed = page.waitForEvent('console', (message) => message.type() === 'log');
    await page.setContent(readmePage, { waitUntil: 'load' });
    const [values] = (await printed).args();
    const probabilities = await values?.evaluate((shares) => [...(shares as unknown as Float32Array)]);
    const logits = [...trainedLogits(readmeCase.model, canvasPixels, 1)].map(Math.exp);
    const sum = logits.reduce((total, share) => total + share, 0);
    logits.forEach((share, i) => expect(probabilities?.[i]).toBeCloseTo(share / sum, 5));
  }, 60_000);

  it.each([
    { backend: 'cpu', shown: cases },
    // WebGL is computed by the processor here, and each new size of an operation is compiled.
    { backend: 'webgl', shown: cases.filter(({ name }) => ['depthwise', 'groups', 'z'].includes(name)) },
  ])(
    'yields the logits of training by $backend',
    async ({ backend, shown }) => {
      const page = await open('readme/empty.html');
      await page.addScriptTag({ url: `${address}/readme/tf.min.js` });
      expect(await page.evaluate(`tf.setBackend('${backend}')`)).toBe(true);
      for (const { name, why, model } of shown) {
        const pixels = drawImages(model, images);
        const logits: number[] = await page.evaluate(predictionOf(name, model.input));
        const ours = trainedLogits(model, pixels, images);
        expect(differenceOf(ours, Float32Array.from(logits)), why).toBeLessThan(tolerance);
      }
    },
    180_000,
  );
});

/** Row by row, every pixel with a grey of its own. */
const canvasPixels = Float32Array.from({ length: 28 * 28 }, (_, i) => (i * 37) % 256);

const readmePage = `<!doctype html><canvas width="28" height="28"></canvas>
<script>
  const data = new ImageData(28, 28);
  for (let i = 0; i < 28 * 28; i++) data.data.set([(i * 37) % 256, (i * 37) % 256, (i * 37) % 256, 255], 4 * i);
  document.querySelector('canvas').getContext('2d').putImageData(data, 0, 0);
</script>
${docsSnippet('loadGraphModel')}`;

/** The logits of the case's images, computed in the page. */
function predictionOf(
  name: string,
  { resolution, channels }: { resolution: number; channels: number },
): string {
  const shape = JSON.stringify([images, resolution, resolution, channels]);
  return `(async () => {
    const model = await tf.loadGraphModel('/${name}/tfjs/model.json');
    const pixels = new Float32Array(await (await fetch('/${name}/images.bin')).arrayBuffer());
    return [...await model.predict(tf.tensor(pixels, ${shape})).logits.data()];
  })()`;
}

/** What the server has: of each case its images and its model, and the library. */
function fileAt(url: string): Uint8Array | undefined {
  const [, folder, file] = /^\/([^/]+)\/(?:tfjs\/)?([^/]+)$/.exec(url) ?? [];
  const found = cases.find(({ name }) => name === folder);
  if (found === undefined) return undefined;
  if (file === 'empty.html') return new TextEncoder().encode('<!doctype html>');
  if (file === 'tf.min.js') return readFileSync(library);
  if (file === 'images.bin') return new Uint8Array(drawImages(found.model, images).buffer);
  return encodeGraphModel(found.model).find(({ name }) => name === file)?.bytes;
}
