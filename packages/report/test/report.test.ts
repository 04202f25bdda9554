import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { StudiedAnalysis } from '@netspace/analysis/study';
import type { Trial } from '@netspace/population/trial';
import { findSpace } from '@netspace/space/builtin';
import { describe, expect, it } from 'vitest';
import { makeReport } from '@netspace/report/report';
import { input, syntheticSweep } from '../../analysis/test/synthetic.ts';

const trials = syntheticSweep(10, 4);
const provenance = { 'Plan hash': 'abc123', Machine: 'two cores' };
const text = await makeReport({ title: 'A against X', trials, input, provenance });

interface Data {
  readonly trials: Record<'name' | 'status' | 'stopped', string[]> & { readonly error: number[] };
  readonly parameters: Record<string, (number | null)[]>;
  readonly curves: number[][];
  readonly analysis: { readonly groups: unknown[] };
}

function dataOf(page: string): Data {
  const packed = /<script type="text\/plain" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8')) as Data;
}

function hash(content: string | undefined): string {
  return `'sha256-${createHash('sha256')
    .update(content ?? '')
    .digest('base64')}'`;
}

function withoutScripts(page: string): string {
  return page.replaceAll(/<script.*?<\/script>/gs, '');
}

describe('a report', () => {
  it('is one file below 0.5 MB for 20 trials, the same each time', async () => {
    expect(Buffer.byteLength(text)).toBeLessThan(500_000);
    expect((await makeReport({ title: 'A against X', trials, input, provenance })) === text).toBe(true);
  });

  it('loads nothing from elsewhere', () => {
    const markup = withoutScripts(text).replaceAll(/xmlns(:xlink)?="[^"]*"/g, '');
    expect(markup.match(/\b(src|href)=|url\([^#]|https?:/g)).toBeNull();
  });

  it('says without scripts what was found, in sentences, tables and pictures', () => {
    const still = withoutScripts(text);
    expect(/<p class="finding">([^<]+)<\/p>/.exec(still)?.[1]).toContain('anynet-a');
    for (const said of [
      '2 of 20 networks failed or diverged',
      'the worker was killed: out of memory',
      'abc123',
    ])
      expect(still.includes(said)).toBe(true);
    expect(still.match(/<tr\s+data-id=/g)).toHaveLength(20);
    expect(still.match(/<svg[^>]*class="marks"/g)?.length).toBeGreaterThan(12);
  });

  it('says what random search finds in each space, and compares spaces at equal complexity', async () => {
    const still = withoutScripts(text);
    for (const id of ['normalized', 'budget', 'methods']) expect(still).toContain(`<section id="${id}"`);
    const groups = dataOf(text).analysis.groups as StudiedAnalysis['groups'];
    for (const { name, expectedBest, edfArea } of groups) {
      const errors = trials
        .filter(({ space }) => space === name)
        .map(({ status, error }) => (status === 'completed' ? (error ?? 1) : 1));
      // All 45 pairs of ten networks, one after the other.
      const leasts = errors.flatMap((a, i) => errors.slice(i + 1).map((b) => Math.min(a, b)));
      expect(leasts).toHaveLength(45);
      expect(expectedBest[1]).toMatchObject({ draws: 2 });
      expect(expectedBest[1]?.estimate).toBeCloseTo(leasts.reduce((sum, least) => sum + least, 0) / 45, 12);
      expect(still).toContain(`<td>${(100 * edfArea).toFixed(1)} %</td>`);
    }
  });

  it('tests refinements of the spaces that it is told of, and of no others', async () => {
    expect(text).not.toContain('<section id="refinement"');
    const spaces = { 'anynet-a': findSpace('anynet-a') };
    const many = syntheticSweep(40, 4);
    const page = withoutScripts(await makeReport({ title: 'refined', trials: many, input, spaces }));
    const section = /<section id="refinement".*?<\/section>/s.exec(page)?.[0] ?? '';
    expect(section).toMatch(/constraints of anynet-a tested together on 40 networks/);
    expect(section).toContain('w<sub>i+1</sub> ≥ w<sub>i</sub>');
    expect(section).not.toContain('regnet-x');
    expect(page).toContain('<section id="trends"');
  });

  it('draws each network that completed into its written pictures', () => {
    const edf = /data-figure="edf".*?<\/svg>/s.exec(text)?.[0] ?? '';
    const marks = /<g class="network-marks".*?<\/g>/s.exec(edf)?.[0] ?? '';
    // A mark begins with an M and both spaces have nine networks with an error.
    const paths = [...marks.matchAll(/ d="([^"]*)"/g)].map(([, d]) => d?.match(/M/g)?.length);
    expect(paths).toEqual([9, 9]);
  });

  it('says that networks were stopped early, in its table of spaces how many, in its table of networks which', async () => {
    const [first, ...others] = trials.filter(({ status }) => status === 'completed');
    if (!first) throw new Error('no completed trial');
    const stopped = { ...first, stopped: { by: 'halving', epoch: 1 } } as const;
    const page = await makeReport({ title: 'stopped', trials: [stopped, ...others], input, provenance });
    expect(page).toMatch(/1 of \d+ networks was stopped early .*biased upwards/);
    expect(/<th scope="row">anynet-a<\/th>\s*<td>\d+<\/td>\s*<td>0<\/td>\s*<td>1<\/td>/.test(page)).toBe(
      true,
    );
    expect(withoutScripts(page).match(/ % \(stopped\)/g)).toHaveLength(1);
    expect(dataOf(page).trials.stopped[0]).toBe('halving, epoch 1');
  });

  it('allows exactly the script and the style that it carries', () => {
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const scripts = [...text.matchAll(/<script(?: type="module")?>(.*?)<\/script>/gs)].map(([, content]) =>
      hash(content),
    );
    expect(scripts).toHaveLength(1);
    expect(policy).toContain(`script-src ${scripts.join(' ')};`);
    expect(policy).toContain(`style-src ${hash(/<style>(.*?)<\/style>/s.exec(text)?.[1])};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('carries each trial as it was given, with its curve', () => {
    const data = dataOf(text);
    const errors = trials.map((trial) => (trial.status === 'completed' ? trial.error : 1));
    expect(data.trials.error).toEqual(errors);
    expect(data.trials.status).toEqual(trials.map(({ status }) => status));
    expect(data.parameters['flops']).toEqual(trials.map(({ flops }) => flops));
    expect(data.curves.map((curve) => curve.length)).toEqual(trials.map(({ curve = [] }) => curve.length));
    expect(data.curves[0]?.at(-1)).toBeCloseTo(trials[0]?.error ?? NaN, 5);
    expect(data.analysis.groups).toHaveLength(2);
  });

  it('writes of many trials the best into its table and a sample into its pictures, and says so', async () => {
    const many = Array.from({ length: 1200 }, (_, i): Trial => ({
      ...(trials[i % 3] as Trial),
      status: 'completed',
      error: 0.1 + (i % 997) / 2000,
    }));
    const still = withoutScripts(await makeReport({ title: 'many', trials: many, input }));
    expect(still.match(/<tr\s+data-id=/g)).toHaveLength(100);
    expect(still).toContain('Drawn are 1000 of 1200 networks');
    expect(still).toMatch(/The 100 best of 1200/);
  });

  it('is not broken by hostile names, reasons, titles or keys', async () => {
    const evil = `</script><img src=x onerror="alert(1)"><!--\u2028'`;
    const hostile = trials.map((trial, i) => ({
      ...trial,
      space: i < 10 ? `=cmd|' /C calc'!A0${evil}` : trial.space,
      network: { ...trial.network, name: evil },
      recipe: { [evil]: i },
    }));
    const page = await makeReport({ title: evil, trials: hostile, input, provenance: { [evil]: evil } });
    expect(page.includes('<img')).toBe(false);
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(dataOf(page).trials.name[0]).toBe(evil);
  });

  it('can be made of one space, of more than two, and of trials without curves', async () => {
    const finding = async (some: readonly Trial[]): Promise<string> => {
      const page = await makeReport({ title: 'Some', trials: some, input });
      expect(withoutScripts(page)).not.toMatch(/NaN|undefined|Infinity/);
      return /<p class="finding">([^<]*)<\/p>/.exec(page)?.[1] ?? '';
    };
    const bare = trials.map(({ curve: _curve, ...rest }, i) => ({ ...rest, space: `space ${i % 3}` }));
    expect(await finding(trials.slice(0, 10))).toMatch(
      /^The best of 10 networks of anynet-a has \d+\.\d\s% error$/,
    );
    expect(await finding(trials.slice(0, 1))).toMatch(/^The best of 1 network of anynet-a/);
    expect(await finding(bare)).toMatch(/^space \d has the lowest mean error, .* of 2 others beyond chance$/);
  });
});
