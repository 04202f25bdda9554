/** `netspace find` by real processes: whole, interrupted and killed; its result against other commands; its report and its examples in use. */
import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openFile, skipsBrowser } from './browser.ts';
import { pythonFor } from './python.ts';
import { stripedPng, stripes, writeStripes } from './stripes.ts';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'netspace-find-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { resolution } = stripes;

beforeAll(() => writeStripes(join(folder, 'stripes'), { train: 240, test: 60 }));

const budget = ['--data', './stripes', '--flops', '200k', '--space', 'regnetx'];
const effort = ['--candidates', '4', '--epochs', '2', '--final-epochs', '2'];
const wordsFor = (name: string) => [
  'find',
  ...budget,
  ...effort,
  '--store',
  `${name}.db`,
  '-o',
  name,
  '--json',
];
const environment = { ...process.env, NETSPACE_DATA: join(folder, 'cache') };

function run(words: readonly string[]) {
  const options = { cwd: folder, encoding: 'utf8' as const, env: environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], options);
  return { status, stdout, stderr };
}

/** Ends the command by a signal as soon as it says something; its exit code and what it said. */
async function endWhenSaid(words: readonly string[], said: RegExp, signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [script, ...words], { cwd: folder, env: environment });
  let stderr = '';
  let isTold = false;
  child.stderr.on('data', (some: Buffer) => {
    stderr += some.toString();
    if (isTold || !said.test(stderr)) return;
    isTold = true;
    child.kill(signal);
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(stderr).toMatch(said);
  return { status, stderr };
}

interface Result {
  readonly recommended: string;
  readonly exported: { readonly model: string; readonly testError: { readonly estimate: number } };
  readonly finalists: readonly { readonly latency?: number; readonly seeds: readonly number[] }[];
  readonly comparisons: readonly unknown[];
  readonly candidates: readonly { readonly latency?: number; readonly epochs: number }[];
}

/** But for latencies, which are measured anew. */
function tableOf(stdout: string) {
  const { recommended, exported, finalists, comparisons, candidates } = JSON.parse(stdout) as Result;
  const untimed = (list: readonly { readonly latency?: number }[]) =>
    list.map(({ latency: _latency, ...rest }) => rest);
  return {
    recommended,
    exported,
    comparisons,
    finalists: untimed(finalists),
    candidates: untimed(candidates),
  };
}

/** "4 candidate 2" of "completed trial 4 (candidate 2): …". */
const completed = (stderr: string) =>
  [...stderr.matchAll(/(?:completed|stopped) trial (\d+) \(([^)]+)\)/g)].map(
    ([, trial, name]) => `${trial} ${name}`,
  );

let calm: ReturnType<typeof run>;
beforeAll(() => {
  calm = run(wordsFor('calm'));
}, 300_000);

describe('netspace find', () => {
  it('ends with the table of one that nobody disturbed after Ctrl-C and kill -9, and trains nothing twice', async () => {
    expect(calm).toMatchObject({ status: 0 });
    const interrupted = await endWhenSaid(wordsFor('storm'), /completed trial|paused trial/, 'SIGINT');
    expect(interrupted.status).toBe(130);
    expect(interrupted.stderr).toMatch(/interrupted; run the same command to go on/);
    const killed = await endWhenSaid(wordsFor('storm'), /[4-9] of 15 trials done/, 'SIGKILL');
    const last = run(wordsFor('storm'));
    expect(last).toMatchObject({ status: 0 });
    expect(tableOf(last.stdout)).toEqual(tableOf(calm.stdout));
    const trained = [interrupted, killed, last].flatMap(({ stderr }) => completed(stderr));
    expect(trained.length).toBe(new Set(trained).size);
    expect(completed(calm.stderr)).toEqual(expect.arrayContaining(trained));
    // With two workers as many may have ended in the moment of the kill, and nobody could say so any more.
    expect(trained.length).toBeGreaterThanOrEqual(completed(calm.stderr).length - 2);
  }, 400_000);

  it('says the same again when it is finished, without training', () => {
    const again = run(wordsFor('calm'));
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(calm.stdout));
    expect(again.stderr).not.toMatch(/started trial/);
  }, 120_000);

  it('trains the finals with the same seeds, and candidates to the rungs of halving', () => {
    const { finalists, candidates } = JSON.parse(calm.stdout) as Result;
    expect(finalists).toHaveLength(5);
    for (const { seeds } of finalists) {
      expect(new Set(seeds).size).toBe(3);
      expect(seeds).toEqual(finalists[0]?.seeds);
    }
    expect(candidates.map(({ epochs }) => epochs).toSorted()).toEqual([1, 1, 1, 2]);
  });

  it('exports a model whose test error is what netspace model evaluate measures', () => {
    const { exported } = JSON.parse(calm.stdout) as Result;
    const words = ['model', 'evaluate', 'calm/model.safetensors', '--data', './stripes', '--test', '--json'];
    const { error } = JSON.parse(run(words).stdout) as { error: number };
    expect(error).toBeCloseTo(exported.testError.estimate, 10);
    const kept = readFileSync(join(folder, 'calm', exported.model));
    expect(readFileSync(join(folder, 'calm', 'model.safetensors')).equals(kept)).toBe(true);
    expect(existsSync(join(folder, 'calm', 'trained'))).toBe(false);
  }, 120_000);

  it('writes plans that netspace run takes for what is trained already', () => {
    const { stdout, stderr } = run(['run', 'calm/finals.yaml', '--store', 'calm.db', '--dry-run', '--json']);
    expect(JSON.parse(stdout), stderr).toMatchObject({ trials: 15, left: 0 });
    // Named after the images, so that several searches can share a store.
    expect(readFileSync(join(folder, 'calm', 'finals.yaml'), 'utf8')).toContain(
      'name: "find-stripes-finals"',
    );
  });

  it.each([
    [
      'another search in the folder',
      [...wordsFor('calm').slice(0, -1), '--seed', '2'],
      1,
      /calm holds a search that was asked for otherwise \(seed was 1\)/,
    ],
    ['no budget', ['find', '--data', './stripes'], 2, /a budget is needed: give --flops/],
    [
      'too little time',
      ['find', ...budget, '--time', '1s', '--dry-run'],
      1,
      /--time 1 s is too little: .* takes about/,
    ],
    [
      'a budget that no network of the space is in',
      ['find', ...budget, '--params', '1k'],
      1,
      /no network in the window/,
    ],
    [
      'a resolution for images that cannot be resized',
      ['find', ...budget, '--resolution', '16'],
      1,
      /only folders of images are resized/,
    ],
  ])(
    'refuses %s in a sentence',
    (_what, words, code, message) => {
      const { status, stdout, stderr } = run(words);
      expect(stderr).toMatch(message);
      expect([status, stdout]).toEqual([code, '']);
    },
    120_000,
  );

  it('tells beforehand what it would do, and writes nothing', () => {
    const words = ['find', ...budget, ...effort, '-o', 'never', '--store', 'never.db', '--dry-run', '--json'];
    const { status, stdout } = run(words);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ effort: { candidates: 4, epochs: 2, finalEpochs: 2 } });
    expect([existsSync(join(folder, 'never')), existsSync(join(folder, 'never.db'))]).toEqual([false, false]);
  });
});

describe('netspace find on a folder of images', () => {
  it('reads them smaller than they are where no network of their size is within the budget, and says so', () => {
    for (const part of ['train', 'test'])
      for (let image = 0; image < 24; image++) {
        const place = join(folder, 'pictures', part, image % 2 === 0 ? 'across' : 'along');
        mkdirSync(place, { recursive: true });
        const light = image + (part === 'train' ? 0 : 40);
        writeFileSync(join(place, `${image}.png`), stripedPng(image % 2, 96, light));
      }
    const words = ['find', '--data', './pictures', '--space', 'regnetx', ...effort, '--dry-run', '--json'];
    const small = run([...words, '--flops', '1M']);
    expect(small.stderr).toMatch(
      /images are read at \d\d x \d\d pixels: at their own 96 no network has at most 1M flops/,
    );
    const { data } = JSON.parse(small.stdout) as {
      data: { reference: string; input: { resolution: number } };
    };
    expect(data.reference).toBe(`./pictures@${data.input.resolution}`);
    expect(data.input.resolution).toBeLessThan(96);
    const large = run([...words, '--flops', '20M']);
    expect(large.stderr).not.toMatch(/images are read at/);
    expect(JSON.parse(large.stdout)).toMatchObject({
      data: { reference: './pictures', input: { resolution: 96 } },
    });
  }, 120_000);
});

const python = pythonFor("a found model by its example in Python's TensorFlow", 'NETSPACE_TENSORFLOW_PYTHON');

describe('the example in Python', () => {
  it.skipIf(python === undefined)(
    'classifies a picture',
    async () => {
      writeFileSync(join(folder, 'calm', 'picture.png'), stripedPng(1, 2 * resolution));
      const options = { cwd: join(folder, 'calm'), encoding: 'utf8' as const };
      const { stdout, stderr } = spawnSync(python ?? '', ['example.py', 'picture.png'], options);
      expect(stdout, stderr).toMatch(/^[0-2] [01]\.\d{3}\n$/);
    },
    120_000,
  );
});

describe.skipIf(skipsBrowser('the report and the example of netspace find'))('in a browser', () => {
  it('the report is there whole, without a script, a request or a complaint', async () => {
    const browser = await launchBrowser();
    try {
      const { page, complaints } = await openFile(browser, join(folder, 'calm', 'report.html'));
      const { recommended } = JSON.parse(calm.stdout) as Result;
      expect(await page.locator('.finding').textContent()).toContain(recommended.replace(/^c/, 'C'));
      expect(await page.locator('#costs svg:has(.mark-symbol)').count()).toBe(8);
      expect(await page.locator('#sureness tbody tr').count()).toBe(5);
      expect(await page.locator('#sureness li').count()).toBe(4);
      await page.setViewportSize({ width: 360, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(360);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);

  it('the example classifies a picture that is chosen, as the page is served', async () => {
    const require = createRequire(import.meta.url);
    copyFileSync(require.resolve('@tensorflow/tfjs/dist/tf.min.js'), join(folder, 'calm', 'tf.min.js'));
    const server = createServer(({ url = '/' }, response) => {
      const file = join(folder, 'calm', new URL(url, 'http://localhost').pathname);
      const type = file.endsWith('.html')
        ? 'text/html'
        : file.endsWith('.js')
          ? 'text/javascript'
          : 'application/octet-stream';
      if (existsSync(file)) response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/example.html`);
      await page.locator('input[data-ready]').waitFor();
      const buffer = stripedPng(1, 2 * resolution);
      await page.locator('input').setInputFiles({ name: 'picture.png', mimeType: 'image/png', buffer });
      await page.waitForFunction(() =>
        /^[0-2] [01]\.\d{3}$/.test(document.querySelector('output')?.value ?? ''),
      );
    } finally {
      await browser.close();
      server.close();
    }
  }, 120_000);
});
