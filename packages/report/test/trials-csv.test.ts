import { parseRows } from '@netspace/population/csv';
import { describe, expect, it } from 'vitest';
import { measureTrials } from '@netspace/analysis/measurement';
import { input, syntheticSweep } from '../../analysis/test/synthetic.ts';
import { pageData } from '../data.ts';
import { figureCsv, trialsCsv } from '../trials-csv.ts';
import type { FigureAxis } from '../page-data.ts';

const trials = syntheticSweep(6, 4).map((trial, i) => ({
  ...trial,
  space: i < 6 ? '=HYPERLINK("http://evil")' : trial.space,
  network: { ...trial.network, name: i === 0 ? '@SUM(1+1)' : `net ${i}` },
}));
const spaces = [...new Set(trials.map(({ space }) => space))];
const data = pageData('some', spaces, measureTrials(trials, input).measured);
const axis = (column: string): FigureAxis => ({ column, type: 'linear', domain: [0, 1], range: [0, 1] });
const size = { width: 10, height: 10 };

describe('trials as CSV', () => {
  const rows = parseRows(trialsCsv(data, [...trials.keys()]), 'the CSV');

  it('are a row each, with a cell for each column', () => {
    expect(rows).toHaveLength(13);
    expect(new Set(rows.map(({ cells }) => cells.length)).size).toBe(1);
    const error = rows[0]?.cells.indexOf('error') ?? -1;
    expect(rows.slice(1).map(({ cells }) => Number(cells[error]))).toEqual(
      trials.map(({ status, error: own }) => (status === 'completed' ? own : 1)),
    );
  });

  it('hold nothing that a spreadsheet would run', () => {
    const cells = rows.flatMap((row) => row.cells);
    expect(cells.filter((cell) => /^[=@+]/.test(cell) || /^-\D/.test(cell))).toEqual([]);
    expect(cells).toContain(`'=HYPERLINK("http://evil")`);
    expect(cells).toContain(`'@SUM(1+1)`);
  });

  it('say what diverged or failed and why', () => {
    const text = trialsCsv(data, [3, 8]);
    expect(text).toContain('diverged');
    expect(text).toContain('failed');
    expect(text).toContain('out of memory');
  });
});

describe('a figure as CSV', () => {
  it('has the columns of its axes', () => {
    const text = figureCsv(data, { kind: 'scatter', ...size, x: axis('flops'), y: axis('error') }, [0, 1]);
    const [head, first] = parseRows(text, 'the CSV');
    expect(head?.cells).toEqual(['name', 'space', 'status', 'stopped', 'flops', 'error']);
    expect(Number(first?.cells[4])).toBe(trials[0]?.flops);
  });

  it('has a row for each epoch of learning curves', () => {
    const frame = { kind: 'curves', ...size, x: axis('epoch'), y: axis('validationError') } as const;
    expect(parseRows(figureCsv(data, frame, [0, 1]), 'the CSV')).toHaveLength(1 + 2 * 3);
  });
});
