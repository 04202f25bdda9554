import { createHash } from 'node:crypto';
import type { Trial } from '@netspace/population/trial';
import { describe, expect, it } from 'vitest';
import { makeReport } from '@netspace/report/report';
import { input, syntheticSweep } from '../../analysis/test/synthetic.ts';

const trials = syntheticSweep(10, 4);
const provenance = { 'Plan hash': 'abc123', Machine: 'two cores' };
const text = await makeReport({ title: 'A against X', trials, input, provenance });

function dataOf(page: string): { csv: string; trials: { name: string }[]; specs: object } {
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1];
  return JSON.parse(json ?? 'null');
}

function hash(content: string | undefined): string {
  return `'sha256-${createHash('sha256')
    .update(content ?? '')
    .digest('base64')}'`;
}

describe('a report', () => {
  it('is one file below 1.5 MB for 20 trials, the same each time', async () => {
    expect(Buffer.byteLength(text)).toBeLessThan(1_500_000);
    expect((await makeReport({ title: 'A against X', trials, input, provenance })) === text).toBe(true);
  });

  it('loads nothing from elsewhere', () => {
    const markup = text.replaceAll(/<script.*?<\/script>/gs, '').replaceAll(/xmlns(:xlink)?="[^"]*"/g, '');
    expect(markup.match(/\b(src|href)=|url\([^#]|https?:/g)).toBeNull();
  });

  it('says without scripts what was found, in sentences, tables and pictures', () => {
    const still = text.replaceAll(/<script.*?<\/script>/gs, '');
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

  it('says that networks were stopped early, and in its table of spaces how many', async () => {
    const [first, ...others] = trials.filter(({ status }) => status === 'completed');
    if (!first) throw new Error('no completed trial');
    const stopped = { ...first, stopped: { by: 'halving', epoch: 1 } } as const;
    const page = await makeReport({ title: 'stopped', trials: [stopped, ...others], input, provenance });
    expect(page).toMatch(/1 of \d+ networks was stopped early .*biased upwards/);
    expect(/<th scope="row">anynet-a<\/th>\s*<td>\d+<\/td>\s*<td>0<\/td>\s*<td>1<\/td>/.test(page)).toBe(
      true,
    );
  });

  it('allows exactly the scripts and the style that it carries', () => {
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const scripts = [...text.matchAll(/<script(?: type="module")?>(.*?)<\/script>/gs)].map(([, content]) =>
      hash(content),
    );
    expect(scripts).toHaveLength(5);
    expect(policy).toContain(`script-src ${scripts.join(' ')};`);
    expect(policy).toContain(`style-src ${hash(/<style>(.*?)<\/style>/s.exec(text)?.[1])};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('has a specification for each figure with one, and a row for each trial, to take away', () => {
    const { csv, trials: records, specs } = dataOf(text);
    const figures = [...text.matchAll(/data-chart="([^"]*)"/g)].map(([, id]) => id);
    expect(Object.keys(specs).toSorted()).toEqual(figures.toSorted());
    expect(records).toHaveLength(20);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(21);
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
    expect(page.match(/<\/script>/g)).toHaveLength(6);
    expect(dataOf(page).trials[0]?.name).toBe(evil);
    expect(dataOf(page).csv).toContain(`'=cmd`);
  });

  it('can be made of one space, of more than two, and of trials without curves', async () => {
    const finding = async (some: readonly Trial[]): Promise<string> => {
      const page = await makeReport({ title: 'Some', trials: some, input });
      return /<p class="finding">([^<]*)<\/p>/.exec(page)?.[1] ?? '';
    };
    const bare = trials.map(({ curve: _curve, ...rest }, i) => ({ ...rest, space: `space ${i % 3}` }));
    expect(await finding(trials.slice(0, 10))).toMatch(
      /^The best of 10 networks of anynet-a has \d+\.\d % error$/,
    );
    expect(await finding(trials.slice(0, 1))).toMatch(/^The best of 1 network of anynet-a/);
    expect(await finding(bare)).toMatch(/^space \d has the lowest mean error, .* of 2 others beyond chance$/);
  });
});
