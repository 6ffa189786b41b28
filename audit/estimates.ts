import { interval, resampledMeans } from '../attack/metrics/index.ts';
import { ars, ers, ofEach, type Raw, scoresOf, unitOf } from '../attack/suite/scores.ts';
import type { Measure, PerQuery, Protocol } from '../attack/suite/types.ts';
import type { Random } from '../base/random.ts';
import type { Estimate, Measures } from './types.ts';

/** The scores of resampled queries, one of each for each draw. */
export interface Draws {
  readonly measures: Readonly<Record<Measure | 'R@1', Float64Array>>;
  readonly ers: Float64Array;
  readonly ars: Float64Array;
}

/** Scores of queries that are drawn again and again with replacement; all scores of a draw are of the same queries. */
export function drawScores(perQuery: PerQuery, random: Random): Draws {
  const means = resampledMeans(perQuery, random);
  const scaled = (measure: Measure | 'R@1') => means[measure].map((value) => unitOf(measure) * value);
  const measures = { ...ofEach(scaled), 'R@1': scaled('R@1') };
  const rawOf = (draw: number): Raw => ofEach((measure) => measures[measure][draw] as number);
  return {
    measures,
    ers: measures['R@1'].map((_, draw) => ers(rawOf(draw))),
    ars: measures['R@1'].map((recall, draw) => ars(rawOf(draw), recall).value),
  };
}

/**
 * Measures and scores with their 95 % intervals by bootstrap over queries.
 * @param batch of the profile, as `scoresOf` takes it.
 */
export function estimates(perQuery: PerQuery, protocol: Protocol, batch: number, random: Random) {
  const scored = scoresOf(perQuery, protocol, batch);
  const draws = drawScores(perQuery, random);
  const estimate = (value: number, list: Float64Array): Estimate => ({ value, ...interval(list) });
  const measures: Measures = {
    ...ofEach((measure) => estimate(scored.raw[measure], draws.measures[measure])),
    'R@1': estimate(scored.recallAt1, draws.measures['R@1']),
  };
  return { measures, ers: estimate(scored.ers, draws.ers), ars: estimate(scored.ars.value, draws.ars) };
}
