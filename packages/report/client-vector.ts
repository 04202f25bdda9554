/** In the reader's browser: what the canvases draw, as SVG for a file. */
import { spaceColor, spaceDash } from '@netspace/analysis/chart';
import type { Selection } from './client-selection.ts';
import { markup, type Html } from './html.ts';
import { hasLines } from './mark-places.ts';
import type { FigureFrame, PageData, PointFrame } from './page-data.ts';
import { bandCorners, corners, isWhole, stair } from './stairs.ts';
import { linePath, marksOf } from './static-marks.ts';
import { byError } from './table-columns.ts';

/** The marks of all networks, those that are not selected pale and behind; those of hidden spaces are left out. */
export function selectedMarks(data: PageData, frame: FigureFrame, selection: Selection): Html {
  const ranked = byError(data).filter((trial) => !selection.hidden.has(data.trials.space[trial] ?? 0));
  const own = (selected: 0 | 1): Html => {
    const trials = ranked.filter((trial) => selection.mask[trial] === selected);
    return marksOf(data, frame, trials, data.trials.name.length);
  };
  const stairs = frame.kind === 'edf' ? selectedStairs(data, frame, selection) : '';
  return markup`${stairs}<g opacity="${hasLines(frame) ? 0.08 : 0.12}">${own(0)}</g>${own(1)}`;
}

/** The stairs of all networks; where a space is selected in part, that of the part before the pale one of the whole. */
function selectedStairs(data: PageData, frame: PointFrame, selection: Selection): Html {
  const all = new Uint8Array(selection.mask.length).fill(1);
  const mask = selection.maskWithout('edf');
  const shown = [...data.spaces.keys()].filter((space) => !selection.hidden.has(space));
  return markup`<g fill="none" stroke-width="2.25">${shown.map((space) => {
    const whole = stair(data, space, all);
    const line = (places: ReturnType<typeof corners>, opacity: number): Html =>
      markup`<path d="${linePath(places)}" opacity="${opacity}" stroke="${spaceColor(space)}" stroke-dasharray="${spaceDash(space).join(' ')}" />`;
    if (!isWhole(data, space, mask))
      return markup`${line(corners(frame, whole), 0.25)}${line(corners(frame, stair(data, space, mask)), 1)}`;
    const band = markup`<path d="${linePath(bandCorners(frame, whole))}z" opacity="0.1" fill="${spaceColor(space)}" />`;
    return markup`${band}${line(corners(frame, whole), 1)}`;
  })}</g>`;
}
