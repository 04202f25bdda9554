import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeReport } from '@netspace/report/report';
import { listReportFiles } from '@netspace/report/report-files';
import { makeReportIndex } from '@netspace/report/report-index';
import { afterAll, describe, expect, it } from 'vitest';
import { readSummary, summaryElement } from '../report-summary.ts';
import { input, syntheticSweep } from '../../analysis/test/synthetic.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const trials = syntheticSweep(10, 4);
const made = '2026-03-04T05:06:07.000Z';
const hostile = '</script><img src=x onerror=alert(1)> "quoted" & \u2028';
const page = await makeReport({ title: hostile, subtitle: 'three epochs', trials, input, made });

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A page that says nothing but its summary. */
function madeAt(time: string | undefined, headline: string): string {
  const summary = { title: 't', subtitle: '', headline, detail: '', spaces: [] };
  return summaryElement({ ...summary, ...(time !== undefined && { made: time }) }).html;
}

describe('a report', () => {
  it('says in its first lines what it found and how its errors are distributed', () => {
    const summary = readSummary(page);
    expect(summary).toMatchObject({ title: hostile, subtitle: 'three epochs', made });
    expect(page).toContain(`<p class="finding">${summary?.headline.replaceAll(' %', '\u00a0%')}</p>`);
    for (const { name, n, edf } of summary?.spaces ?? []) {
      const errors = trials
        .filter(({ space }) => space === name)
        .map(({ status, error }) => (status === 'completed' ? (error ?? 1) : 1))
        .toSorted((a, b) => a - b);
      expect(n).toBe(errors.length);
      for (const [error, share] of edf)
        expect(share).toBeCloseTo(errors.filter((each) => each <= error + 1e-4).length / n, 3);
    }
    expect(summary?.spaces.map(({ name }) => name)).toEqual([...new Set(trials.map(({ space }) => space))]);
  });

  it('ends no element by what it is called', () => {
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page.match(/<img/g)).toBeNull();
  });
});

describe('the page of reports', () => {
  it('has the newest first, those of folders within too, and never what a link leads to', async () => {
    write('old.html', madeAt('2025-01-01T00:00:00.000Z', 'an old one'));
    write('within/newest.html', madeAt('2026-05-01T00:00:00.000Z', 'the newest'));
    write('within/deep/new.html', page);
    write('undated.html', madeAt(undefined, 'without a time'));
    write('strange.html', '<title>of somebody else</title>');
    write('notes.txt', 'no page');
    write('../outside.html', madeAt('2026-06-01T00:00:00.000Z', 'outside'));
    symlinkSync(join(folder, '../outside.html'), join(folder, 'link.html'));
    symlinkSync(join(folder, '..'), join(folder, 'up'));
    const files = await listReportFiles(folder);
    rmSync(join(folder, '../outside.html'));
    expect(files.map(({ path }) => path)).toEqual([
      'within/newest.html',
      'within/deep/new.html',
      'old.html',
      'strange.html',
      'undated.html',
    ]);
    const index = makeReportIndex(files);
    const order = ['the newest', 'an old one', 'strange.html', 'without a time'].map((text) =>
      index.indexOf(text),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThan(0);
    expect(index).toContain('href="./within/deep/new.html"');
    expect(index.match(/<path class="space-\d"/g)).toHaveLength(2);
  });

  it('has no script, allows none, and shows names as the text that they are', async () => {
    const index = makeReportIndex(await listReportFiles(folder));
    expect(index).not.toMatch(/<script|<img|href="(?!\.\/)/);
    expect(index.replaceAll('&#39;', "'")).toMatch(
      /content="default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(index).toContain('&lt;/script&gt;&lt;img');
  });

  it.each([
    '{',
    'null',
    '[]',
    '{"title":1}',
    '{"title":"t","headline":"h","spaces":{}}',
    '{"__proto__":{"title":"t"}}',
  ])('takes a summary for none that is none: %s', (text) => {
    expect(
      readSummary(`<script type="application/json" id="report-summary">${text}</script>`),
    ).toBeUndefined();
  });

  it('draws nothing of points that are none', () => {
    const spaces = [
      { name: 3, n: -1, edf: [['"><svg onload=alert(1)>', 0], [0.5, 2], [0.25, 0.5], null] },
      7,
    ];
    const text = JSON.stringify({ title: 't', headline: 'h', made: '"><b>', spaces });
    const summary = readSummary(`<script type="application/json" id="report-summary">${text}</script>`);
    expect(summary).toEqual({
      title: 't',
      subtitle: '',
      headline: 'h',
      detail: '',
      spaces: [
        { name: '', n: 0, edf: [[0.25, 0.5]] },
        { name: '', n: 0, edf: [] },
      ],
    });
  });

  it('that is committed lists the reports that are committed (else: npx netspace reports)', async () => {
    const reports = fileURLToPath(new URL('../../../reports/', import.meta.url));
    const files = await listReportFiles(reports);
    expect(files.length).toBeGreaterThan(0);
    expect(readFileSync(join(reports, 'index.html'), 'utf8') === makeReportIndex(files)).toBe(true);
  });
});
