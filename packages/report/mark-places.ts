/** Where the networks lie in a figure: a point each, or a line each. Used for the written pictures and by the page's scripts alike. */
import { placeOf, type FigureFrame, type LineFrame, type PageData, type PointFrame } from './page-data.ts';
import { valueOf } from './trials-csv.ts';

export type Place = readonly [x: number, y: number];

export function hasLines(frame: FigureFrame): frame is LineFrame {
  return frame.kind === 'curves' || frame.kind === 'parallel';
}

/** A place a trial; null for those that failed or lack a value. */
export function pointPlaces(data: PageData, frame: PointFrame): (Place | null)[] {
  const place = placer(data, frame);
  return data.trials.status.map((_, trial) => place(trial));
}

/** The same for single trials. */
export function placer(data: PageData, frame: PointFrame): (trial: number) => Place | null {
  const shares = frame.kind === 'edf' ? sharesOf(data) : undefined;
  return (trial) => {
    if (data.trials.status[trial] !== 'completed') return null;
    const x = valueOf(data, frame.x.column, trial);
    const y = shares === undefined ? valueOf(data, frame.y.column, trial) : (shares[trial] ?? null);
    return x === null || y === null ? null : [placeOf(frame.x, x), placeOf(frame.y, y)];
  };
}

/** The corners of one trial's line; null where it breaks. */
export function linePlaces(data: PageData, frame: LineFrame, trial: number): (Place | null)[] {
  if (frame.kind === 'curves')
    return (data.curves[trial] ?? []).map((error, epoch) =>
      error === null ? null : [placeOf(frame.x, epoch + 1), placeOf(frame.y, error)],
    );
  if (data.trials.status[trial] !== 'completed') return [];
  return frame.axes.map((axis) => {
    const value = valueOf(data, axis.column, trial);
    return value === null ? null : [axis.at, placeOf(axis, value)];
  });
}

/** Each trial's height on the stair of its space: the share of the space's networks with an error up to its own. */
function sharesOf(data: PageData): number[] {
  const { space, error } = data.trials;
  const shares = error.map(() => 1);
  for (const number of data.spaces.keys()) {
    const members = space.flatMap((own, i) => (own === number ? [i] : []));
    members.sort((a, b) => (error[a] ?? 1) - (error[b] ?? 1));
    let end = members.length;
    // From the worst on, so that those with one error share the step's top.
    for (let i = members.length - 1; i >= 0; i--) {
      const [member = 0, next] = [members[i], members[i + 1]];
      if (next === undefined || error[next] !== error[member]) end = i + 1;
      shares[member] = end / members.length;
    }
  }
  return shares;
}

/** Marks shrink where there are many, to a third. `width` is the picture's. */
export function radiusFor(networks: number, width: number): number {
  const crowd = Math.min(1, Math.sqrt((width < 500 ? 280 : 500) / Math.max(1, networks)));
  return Math.round(10 * Math.max(1.2, 3.2 * crowd)) / 10;
}
