import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { edfChart } from '@netspace/analysis/edf-chart';
import { groupsOf } from '@netspace/analysis/group';
import { drawFramed } from '@netspace/analysis/draw';
import { measureTrials } from '@netspace/analysis/measurement';
import type { Chart } from '@netspace/analysis/chart';
import { describe, expect, it } from 'vitest';
import { input, syntheticSweep } from '../../analysis/test/synthetic.ts';
import { drawInThread } from '../drawing-thread.ts';

const { measured } = measureTrials(syntheticSweep(6, 4), input);
const chart = edfChart(groupsOf(measured, []), measured, { width: 320, height: 240 });

describe('the thread that draws', () => {
  it('draws what would be drawn here', async () => {
    expect(await drawInThread(chart, 'edf')).toEqual(await drawFramed(chart, { look: 'page', id: 'edf' }));
  });

  it('says which figure cannot be drawn, and draws the next', async () => {
    const broken = { mark: 'nonsense' } as unknown as Chart;
    const [first, second] = await Promise.allSettled([
      drawInThread(broken, 'broken'),
      drawInThread(chart, 'whole'),
    ]);
    expect(first).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('broken') },
    });
    expect(second.status).toBe('fulfilled');
  });

  it('keeps a process alive until its picture is there, and no longer', () => {
    const thread = fileURLToPath(new URL('../dist/drawing-thread.js', import.meta.url));
    const program = `import { drawInThread } from ${JSON.stringify(thread)};
      const { svg } = await drawInThread({ data: { values: [{ x: 1 }] }, mark: 'bar', encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'x', type: 'quantitative' } } }, 'one');
      console.log(svg.slice(0, 4));`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 60_000 });
    expect(said.toString()).toBe('<svg\n');
  });
});
