import { writeFileAtomic } from '../../base/files.ts';
import { writingTo } from '../run-files.ts';
import { curvesSvg } from './curves-svg.ts';
import type { RunLog } from './log.ts';

/** Keeps the curves of a run up to date. */
export interface Curves {
  /** Draws them anew, unless that was done less than a few seconds ago. */
  refresh(): void;
  draw(): void;
}

/** Between two drawings lies this many times what the last one took: the log of a long run is long. */
const SPARING = 200;

/** @param interval milliseconds between two drawings at least. */
export function openCurves(
  path: string,
  log: Pick<RunLog, 'lines'>,
  interval = 5000,
  now: () => number = () => performance.now(),
): Curves {
  let [last, took] = [Number.NEGATIVE_INFINITY, 0];
  const draw = (): void => {
    const started = now();
    writingTo(path, () => writeFileAtomic(path, curvesSvg(log.lines)));
    last = now();
    took = last - started;
  };
  return {
    draw,
    refresh() {
      if (now() - last >= Math.max(interval, SPARING * took)) draw();
    },
  };
}
