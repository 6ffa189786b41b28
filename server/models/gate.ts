import type { ModelManifest } from '../../embedding/types.ts';

/** The figures of a card that decide: R@1 clean, and under the two attacks of the closing table. */
export const judgedFigures = ['recallAt1', 'recallAt1UnderEs', 'recallAt1UnderRanking'] as const;
export type JudgedFigure = (typeof judgedFigures)[number];

/** The least that a candidate must reach, as shares of 1. A figure without a floor is not looked at. */
export type Floors = Readonly<Partial<Record<JudgedFigure, number>>>;

/** A floor that a candidate does not reach. */
export interface Shortfall {
  readonly figure: JudgedFigure;
  readonly floor: number;
  /** Null where its card does not have the figure. */
  readonly value: number | null;
}

type Card = Pick<ModelManifest, 'version' | 'metrics' | 'training'>;

/** A candidate may lose this much of each figure: one point in a hundred. */
const LEEWAY = 0.01;
/** Recalls are stored with four digits. */
const ROUNDING = 1e-9;
/** What figures must have in common to be compared. */
const JUDGEMENT = ['data', 'judgedOn', 'evaluationEpsilon', 'evaluationSteps'] as const;

/** The figures of the serving model less a point; where its card has none, there is no floor. */
export function defaultFloors({ metrics }: Pick<Card, 'metrics'>): Floors {
  return Object.fromEntries(
    judgedFigures.flatMap((figure) => {
      const value = metrics[figure];
      return value === undefined ? [] : [[figure, value - LEEWAY]];
    }),
  );
}

export function shortfallsOf({ metrics }: Pick<Card, 'metrics'>, floors: Floors): Shortfall[] {
  return judgedFigures.flatMap((figure) => {
    const floor = floors[figure];
    const value = metrics[figure] ?? null;
    if (floor === undefined || (value !== null && value >= floor - ROUNDING)) return [];
    return [{ figure, floor, value }];
  });
}

/** What two cards were judged by that differs: figures of different judgements say nothing of each other. */
export function differentJudgement(candidate: Card, serving: Card): string[] {
  return JUDGEMENT.filter((name) => candidate.training[name] !== serving.training[name]);
}

/** Why a candidate is refused, with by how much; undefined when it passes. @param floors in place of the serving model's figures. */
export function refusalOf(candidate: Card, serving: Card, floors?: Floors): string | undefined {
  const different = floors === undefined ? differentJudgement(candidate, serving) : [];
  const short = shortfallsOf(candidate, floors ?? defaultFloors(serving)).map(describe);
  const reasons = [
    ...short,
    ...different.map(
      (name) => `its card and that of ${serving.version} differ in ${name}, so their figures cannot be compared`,
    ),
  ];
  return reasons.length === 0 ? undefined : `${candidate.version}: ${reasons.join('; ')}`;
}

function describe({ figure, floor, value }: Shortfall): string {
  const points = (share: number): string => (100 * share).toFixed(1);
  if (value === null) return `its card has no ${figure}, and the floor is ${points(floor)}`;
  return `${figure} is ${points(value)}, ${points(floor - value)} points below the floor of ${points(floor)}`;
}
