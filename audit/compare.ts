import { isDeepStrictEqual } from 'node:util';
import type { Interval } from '../attack/metrics/bootstrap.ts';
import { interval, significanceOf } from '../attack/metrics/index.ts';
import { ofEach } from '../attack/suite/scores.ts';
import type { Measure } from '../attack/suite/types.ts';
import type { Budget } from '../attack/types.ts';
import { HoldfastError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { drawScores } from './estimates.ts';
import type { AuditReport } from './types.ts';

/** What a second model has more of than a first; the interval is that of the difference. */
export interface Difference extends Interval {
  readonly first: number;
  readonly second: number;
  /** Second minus first. */
  readonly value: number;
  /** Two-sided: how often no difference, or one of the other sign, is drawn; at least 1 in 1,000. */
  readonly significance: number;
}

/** Something of each measure and of the two scores. */
interface OfScores<T> {
  readonly measures: Readonly<Record<Measure | 'R@1', T>>;
  readonly ers: T;
  readonly ars: T;
}

/** Two audits of the same queries. */
export interface Comparison extends OfScores<Difference> {
  readonly first: AuditReport;
  readonly second: AuditReport;
}

/**
 * Holds two audits against each other, query by query: every draw of the bootstrap takes the same queries of both.
 * @throws HoldfastError AUDITS_DIFFER naming what was not the same: data, split, images, profile, protocol, budget, seed or queries
 */
export function compareReports(first: AuditReport, second: AuditReport, random: Random): Comparison {
  const odd = whatDiffers(first, second);
  if (odd.length > 0) throw new HoldfastError('AUDITS_DIFFER', `the two audits differ in ${odd.join(', ')}`);
  // Generators of one name draw the same queries.
  const before = drawScores(first.perQuery, random.fork('queries'));
  const after = drawScores(second.perQuery, random.fork('queries'));
  const difference = (of: <T>(scores: OfScores<T>) => T): Difference => {
    const [one, other] = [of(first).value, of(second).value];
    const drawn = of<Float64Array>(before);
    const draws = of<Float64Array>(after).map((value, draw) => value - (drawn[draw] as number));
    return {
      first: one,
      second: other,
      value: other - one,
      ...interval(draws),
      significance: significanceOf(draws),
    };
  };
  return {
    first,
    second,
    measures: {
      ...ofEach((measure) => difference(({ measures }) => measures[measure])),
      'R@1': difference(({ measures }) => measures['R@1']),
    },
    ers: difference(({ ers }) => ers),
    ars: difference(({ ars }) => ars),
  };
}

/** What has to be the same for queries to be pairs. */
const shared: readonly (readonly [name: string, of: (report: AuditReport) => string | number | object])[] = [
  ['data', ({ data }) => data.name],
  ['split', ({ data }) => data.split],
  ['images', ({ data }) => data.sha256.slice(0, 12)],
  ['profile', ({ setting }) => setting.profile],
  ['protocol', ({ setting }) => setting.protocol],
  ['budget', ({ setting }) => complete(setting.budget)],
  ['seed', ({ setting }) => setting.seed],
  ['queries', ({ queries }) => queries],
];

/** With both values, where they are short. */
function whatDiffers(first: AuditReport, second: AuditReport): string[] {
  return shared.flatMap(([name, of]) => {
    const [one, other] = [of(first), of(second)];
    if (isDeepStrictEqual(one, other)) return [];
    return typeof one === 'object' ? [name] : [`${name} (${one} and ${other})`];
  });
}

/** With what is meant where nothing is said. */
function complete(budget: Budget): Required<Budget> {
  return { norm: 'linf', stepRule: 'fixed', restarts: 1, keepBest: false, ...budget };
}
