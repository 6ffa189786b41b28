import { writeFileAtomic } from '../../base/files.ts';
import { curvesSvg } from './curves-svg.ts';
import type { RunLog } from './log.ts';

/** Keeps the curves of a run up to date. */
export interface Curves {
  /** Draws them anew, unless that was done less than a few seconds ago. */
  refresh(): void;
  draw(): void;
}

/** @param interval milliseconds between two drawings at least. */
export function openCurves(
  path: string,
  log: Pick<RunLog, 'lines'>,
  interval = 5000,
  now: () => number = () => performance.now(),
): Curves {
  let last = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    writeFileAtomic(path, curvesSvg(log.lines));
    last = now();
  };
  return {
    draw,
    refresh() {
      if (now() - last >= interval) draw();
    },
  };
}
