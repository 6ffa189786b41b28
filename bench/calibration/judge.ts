import { medianRatio, spearman, withinPlaces } from './agreement.ts';
import type { Estimates } from './estimates.ts';
import type { Truth } from './truth.ts';

/** What was found out of one query, place by place, in 1/255. */
export type Judged = Truth & Estimates;

export const estimateNames = ['margin', 'gradient'] as const;

/** How one estimate agrees with the truth. */
export interface Agreement {
  readonly name: string;
  /** Rank correlation over all results of all queries. */
  readonly spearman: number;
  /** Of the results at each place, the first place first: how well queries are told apart. */
  readonly places: readonly number[];
  /** The median of these. */
  readonly within: number;
  /** Median of estimate over truth. */
  readonly ratio: number;
}

/** The agreement of each estimate, and of the place in the list alone, which says nothing within a place. */
export function judge(judged: readonly Judged[]): Agreement[] {
  const truths = judged.map(({ epsilons }) => epsilons);
  const of = (name: string, estimates: readonly (readonly number[])[]): Agreement => {
    const { places, median } = withinPlaces(estimates, truths);
    const [all, allTruths] = [estimates.flat(), truths.flat()];
    const [correlation, ratio] = [spearman(all, allTruths), medianRatio(all, allTruths)];
    return { name, spearman: correlation, places, within: median, ratio };
  };
  const byPlace = truths.map((epsilons) => epsilons.map((_, place) => epsilons.length - place));
  return [
    ...estimateNames.map((name) =>
      of(
        name,
        judged.map((one) => one[name]),
      ),
    ),
    { ...of('place alone', byPlace), ratio: Number.NaN },
  ];
}
