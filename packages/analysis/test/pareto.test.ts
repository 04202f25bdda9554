import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw } from '../draw.ts';
import { paretoChart } from '../pareto-chart.ts';
import { paretoFront } from '../pareto.ts';

const coordinate = integer({ min: 0, max: 9 });
const points = array(record({ x: coordinate, y: coordinate }), { maxLength: 40 });

describe('a Pareto front', () => {
  it('holds exactly the points that no other beats, by the definition tried on all pairs', () => {
    assert(
      property(points, (all) => {
        const key = ({ x, y }: { x: number; y: number }) => `${x},${y}`;
        const unbeaten = all.filter(
          (own) => !all.some(({ x, y }) => x <= own.x && y <= own.y && (x < own.x || y < own.y)),
        );
        const front = paretoFront(all).map((index) => all[index] ?? { x: NaN, y: NaN });
        expect(front.map(key)).toEqual([...new Set(front.map(key))]);
        expect(new Set(front.map(key))).toEqual(new Set(unbeaten.map(key)));
      }),
    );
  });

  it('leaves out what has no number', () => {
    expect(
      paretoFront([
        { x: NaN, y: 0 },
        { x: 1, y: Infinity },
        { x: 2, y: 1 },
      ]),
    ).toEqual([2]);
  });
});

describe('a chart of errors against costs', () => {
  it('draws each network, intervals where there are any, and the front to the costliest', async () => {
    const svg = await draw(
      paretoChart(
        [
          { name: 'a', cost: 1e6, error: 0.2, kind: 0 },
          { name: 'b', cost: 2e6, error: 0.1, low: 0.08, high: 0.12, kind: 1 },
          { name: 'c', cost: 3e6, error: 0.3, low: -Infinity, high: Infinity, kind: 2 },
        ],
        { title: 'Flops', errorTitle: 'Test error', size: { width: 280, height: 230 } },
      ),
    );
    const count = (mark: string) =>
      [
        ...svg.matchAll(new RegExp(`<g[^>]*class="mark-${mark} role-mark[^"]*"[^>]*>(.*?)</g>`, 'gs')),
      ].flatMap(([, body = '']) => [...body.matchAll(/<(path|line) /g)]).length;
    expect([count('symbol'), count('rule'), count('line')]).toEqual([3, 1, 1]);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
