import { type CurvePoint, recallAttacks } from '../evidence.ts';
import { exceeds } from './beyond-chance.ts';

/**
 * Share of the queries by which recall may rise where it should not: attacks of a fixed step end beside their best iterate, and
 * queries that lie on the edge fall to either side.
 */
export const ON_THE_EDGE = 0.02;

/** Recall under an attack at two points of a curve, the second behind the first. */
export interface Rise {
  readonly attack: string;
  readonly from: CurvePoint;
  readonly to: CurvePoint;
  readonly before: number;
  readonly after: number;
  /** Queries that are found more. */
  readonly count: number;
  /** Whether more than chance explains. */
  readonly isReal: boolean;
}

const curves = [...recallAttacks, 'worst'] as const;

/** The name of a curve in a sentence. */
const nameOf = (curve: (typeof curves)[number]): string => (curve === 'worst' ? 'the worst attack' : curve);

/**
 * The largest rise of recall along a curve of any attack; undefined where none rises.
 * @param compares which two points are comparable. @param floor recall up to which a rise is none.
 */
export function largestRise(
  points: readonly CurvePoint[],
  total: number,
  compares: (from: CurvePoint, to: CurvePoint) => boolean = () => true,
  floor = 0,
): Rise | undefined {
  const rises = curves.flatMap((curve) =>
    points.flatMap((from, i) =>
      points.slice(i + 1).flatMap((to): Rise[] => {
        const [before, after] = [from.recall[curve], to.recall[curve]];
        const count = Math.round(total * (after - Math.max(before, floor)));
        if (count <= 0 || !compares(from, to)) return [];
        return [{ attack: nameOf(curve), from, to, before, after, count, isReal: exceeds(count, total, ON_THE_EDGE) }];
      }),
    ),
  );
  return rises.reduce<Rise | undefined>((most, rise) => (rise.count > (most?.count ?? 0) ? rise : most), undefined);
}

/** How a rise compares with chance, as the end of a sentence. */
export function byChance({ count, isReal }: Rise, total: number): string {
  return `${count} of ${total} queries more, which chance ${isReal ? 'does not explain' : 'explains'}`;
}
