import { mean } from '../../base/statistics.ts';

/** Mean of the values that are numbers: a query that does not count is NaN. */
export function countedMean(values: readonly number[]): number {
  return mean(values.filter((value) => !Number.isNaN(value)));
}

/**
 * The mean as the released evaluation takes it: of the means of batches, all of the same weight, also a short last one
 * (specification of the method, sections 5 and 6). A batch in which no query counts is left out.
 */
export function batchMean(values: readonly number[], batch: number): number {
  const means: number[] = [];
  for (let from = 0; from < values.length; from += batch) means.push(countedMean(values.slice(from, from + batch)));
  return countedMean(means);
}
