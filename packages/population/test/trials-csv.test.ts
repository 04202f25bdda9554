import { describe, expect, it } from 'vitest';
import type { Trial } from '../trial.ts';
import { csvOf, readTrials } from './reading.ts';
import { network, trial } from './sample.ts';

describe('a table of trials', () => {
  it('comes back as it was written, missing values and hostile texts included', async () => {
    const { error: _error, curve: _curve, generator: _generator, ...rest } = trial;
    const trials: Trial[] = [
      trial,
      { ...rest, status: 'failed', reason: '=cmd|"/c calc"!A1', space: '@sum' },
      { ...rest, status: 'diverged', error: 1, space: "'1\n2,3", recipe: { other: -0.5 } },
    ];
    expect(await readTrials(await csvOf(trials), 'x.csv')).toEqual(trials);
  });

  it('shows no cell to a spreadsheet that begins like a formula', async () => {
    const hostile = ['=1', '+1', '-1', '@a', '\t=1', '\r=1'].map((space) => ({
      ...trial,
      space,
      recipe: { [space]: space },
    }));
    for (const cell of (await csvOf(hostile)).split(/[,\n]/)) expect(cell).not.toMatch(/^"?[=+\-@\t\r]/);
  });

  it('from elsewhere may list stages in columns and have columns of its own', async () => {
    const text = 'space, depths, widths, groupWidths, strides, error, gpu\nmine,1/2,24/56,8,2,0.125,=V100\n';
    expect(await readTrials(text, 'x.csv')).toMatchObject([
      { space: 'mine', network, status: 'completed', error: 0.125, provenance: { gpu: '=V100' } },
    ]);
  });

  it('from elsewhere may have no error for some trials', async () => {
    const text = 'space,depths,widths,error\na,1,16,nan\na,1,16,\na,1,16,0.5\n';
    expect((await readTrials(text, 'x.csv')).map(({ status, error }) => [status, error])).toEqual([
      ['diverged', 1],
      ['failed', undefined],
      ['completed', 0.5],
    ]);
  });

  it.each([
    ['space,network\n', 'x.csv: holds no trial'],
    [
      'space,widths,eror\na,16,0.5\n',
      'x.csv:1: no column "error" or "status"; is it "eror"? then --map error=eror',
    ],
    [
      'space;network;error\na;b;1\n',
      'x.csv:1: no column "space"; there are "space;network;error" (say which column is what with --map, or name the space with --space; columns are separated by commas)',
    ],
    ['space,error,error,network\na,1,1,{}\n', 'x.csv:1: there are two columns "error"'],
    ['space,depths,widths,error\na,1,16,0.5\na,1,16\n', 'x.csv:3: has 3 cells for 4 columns'],
    [
      'space,depths,widths,error\na,1/2,16/24/32,0.5\n',
      'x.csv:2: column "depths" must hold 3 numbers, as 1/2/3',
    ],
    ['space,depths,widths,error\na,1,wide,0.5\n', 'x.csv:2: column "widths" must hold 1 numbers'],
    ['space,network,error\na,{,0.5\n', 'x.csv:2: column "network": the JSON ends too early'],
    ['space,depths,widths,error\n\na,1,16,12.5\n', 'x.csv:3: "error" is 12.5, but must be a fraction'],
    ['space,depths,widths,error\na,1,16,low\n', 'x.csv:2: "error" must be a number'],
  ])('that is wrong is refused in words: %j', async (text, message) => {
    await expect(readTrials(text, 'x.csv')).rejects.toThrow(message);
  });
});
