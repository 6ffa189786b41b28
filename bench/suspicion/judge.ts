import { mean } from '../../base/statistics.ts';
import type { Cell } from './cells.ts';
import { areaUnder, rocOf, truePositivesAt } from './roc.ts';

/** How well attacked queries are told from innocent ones. */
export interface Judgement {
  readonly area: number;
  /** The share of attacked queries that are suspicious by the calibration of the gallery. */
  readonly found: number;
  /** Of the curve, at one and five false alarms in a hundred innocent queries. */
  readonly atOne: number;
  readonly atFive: number;
  /** Mean harm, of all attacked queries and of those that are not suspicious, over the queries of the attack. */
  readonly harm: number;
  readonly unseen: number;
}

/** @param innocent statistics of queries that nobody attacked. */
export function judge(innocent: readonly number[], threshold: number, { statistics, harms }: Cell): Judgement {
  const points = rocOf(innocent, statistics);
  const missed = harms.filter((_, i) => (statistics[i] as number) <= threshold);
  return {
    area: areaUnder(points),
    found: mean(statistics.map((value) => (value > threshold ? 1 : 0))),
    atOne: truePositivesAt(points, 0.01),
    atFive: truePositivesAt(points, 0.05),
    harm: mean(harms),
    unseen: missed.length === 0 ? Number.NaN : mean(missed),
  };
}
