/** The marks of single networks, as short paths: a picture of thousands of circles as elements would be ten times as large. */

/** Of the spaces in their order, beside their colours. */
const markers = ['circle', 'square', 'triangle', 'diamond', 'cross', 'wedge'] as const;

export type Marker = (typeof markers)[number];

export function markerOf(space: number): Marker {
  return markers[space % markers.length] ?? 'circle';
}

/** A path around the point 0, 0; `radius` is of a circle as large. */
export function outline(marker: Marker, radius: number): string {
  const r = round(radius);
  switch (marker) {
    case 'circle':
      return `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    case 'square':
      return polygon([-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88], radius);
    case 'triangle':
      return polygon([0, -1.3], [1.15, 0.75], [-1.15, 0.75], radius);
    case 'diamond':
      return polygon([0, -1.3], [1.2, 0], [0, 1.3], [-1.2, 0], radius);
    case 'cross':
      return polygon(
        ...([
          [-0.4, -1.2],
          [0.4, -1.2],
          [0.4, -0.4],
          [1.2, -0.4],
          [1.2, 0.4],
          [0.4, 0.4],
          [0.4, 1.2],
          [-0.4, 1.2],
          [-0.4, 0.4],
          [-1.2, 0.4],
          [-1.2, -0.4],
          [-0.4, -0.4],
        ] as const),
        radius,
      );
    case 'wedge':
      return polygon([0, 1.3], [1.15, -0.75], [-1.15, -0.75], radius);
  }
}

type Point = readonly [x: number, y: number];

function polygon(...parts: readonly [...Point[], number]): string {
  const radius = parts.at(-1) as number;
  const points = parts.slice(0, -1) as Point[];
  const steps = points.map(([x, y], i) => {
    const [fromX, fromY] = i === 0 ? [0, 0] : (points[i - 1] ?? [0, 0]);
    return `${i === 0 ? 'm' : 'l'}${round((x - fromX) * radius)} ${round((y - fromY) * radius)}`;
  });
  return `${steps.join('')}z`;
}

/** The `d` of a path with a mark at each point. Circles are dots of a round pen: stroke it as wide as they are, and fill all others. */
export function marksPath(marker: Marker, points: readonly Point[], radius: number): string {
  const mark = marker === 'circle' ? 'h0' : outline(marker, radius);
  return points.map(([x, y]) => `M${round(x)} ${round(y)}${mark}`).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
