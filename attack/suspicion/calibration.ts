import { deviation, mean } from '../../base/statistics.ts';
import { transformations } from './transformations/index.ts';

/** What is known of the pictures that a gallery holds: nobody is attacking with those. */
export interface Calibration {
  /** Mean and standard deviation of the logarithms of their movements under each transformation. */
  readonly centres: readonly number[];
  readonly spreads: readonly number[];
  /** The statistic of each of them, ascending. */
  readonly statistics: readonly number[];
}

/** The share of innocent queries that are called suspicious. */
export const FALSE_POSITIVES = 0.01;
/** With fewer pictures nothing could be as rare as that. */
export const LEAST_PICTURES = Math.ceil(1 / FALSE_POSITIVES) - 1;
/** Added to a movement before its logarithm is taken: a picture that stays where it is has one too. */
export const LEAST_MOVEMENT = 1e-3;
/** A transformation under which all pictures of the gallery move alike counts as if they differed by this factor (of logarithms). */
const LEAST_SPREAD = 1e-2;

/**
 * One number for how far a query's embedding moves: the weighted mean over the transformations of the logarithms of its movements,
 * in standard deviations from those of the gallery.
 */
export function statisticOf(
  movements: readonly number[],
  { centres, spreads }: Pick<Calibration, 'centres' | 'spreads'>,
): number {
  return transformations.reduce((sum, { weight }, i) => {
    const own = Math.log((movements[i] as number) + LEAST_MOVEMENT);
    return sum + (weight * (own - (centres[i] as number))) / (spreads[i] as number);
  }, 0);
}

/** @param movements of each picture, under each transformation. @throws RangeError for fewer than `LEAST_PICTURES` */
export function calibrate(movements: readonly (readonly number[])[]): Calibration {
  if (movements.length < LEAST_PICTURES) {
    throw new RangeError(`${movements.length} pictures; ${LEAST_PICTURES} are needed`);
  }
  const logarithms = transformations.map((_, i) =>
    movements.map((each) => Math.log((each[i] as number) + LEAST_MOVEMENT)),
  );
  const centres = logarithms.map(mean);
  const spreads = logarithms.map((values) => Math.max(LEAST_SPREAD, deviation(values)));
  const statistics = movements.map((each) => statisticOf(each, { centres, spreads })).sort((a, b) => a - b);
  return { centres, spreads, statistics };
}

export interface Suspicion {
  /** 0 to 1: one less the share of the gallery that moves as far or farther, the query itself counted in. */
  readonly value: number;
  readonly suspicious: boolean;
}

/**
 * Whether a query moves farther than pictures of the gallery do. Of queries that come from where the gallery comes from, at most
 * `FALSE_POSITIVES` are suspicious on average, whatever their distribution (a conformal p-value: Vovk, Gammerman and Shafer, 2005).
 */
export function suspicionOf(movements: readonly number[], calibration: Calibration): Suspicion {
  const { statistics } = calibration;
  const farther = statistics.length - countBelow(statistics, statisticOf(movements, calibration));
  const share = (1 + farther) / (1 + statistics.length);
  return { value: 1 - share, suspicious: share <= FALSE_POSITIVES };
}

/** The statistic above which a query is suspicious. */
export function thresholdOf({ statistics }: Pick<Calibration, 'statistics'>): number {
  const farther = Math.floor(FALSE_POSITIVES * (1 + statistics.length)) - 1;
  return statistics[statistics.length - 1 - farther] ?? Number.POSITIVE_INFINITY;
}

/** How many of the ascending values are smaller. */
function countBelow(values: readonly number[], bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
