import type { Budget } from '../types.ts';

/** How hard the suite attacks, and how many queries. */
export interface Profile {
  readonly name: string;
  readonly budget: Budget;
  /** Queries at a time; under the protocol `robrank` results are means of the means of such batches. */
  readonly batch: number;
  /** Queries that are attacked when none are named; without it all are. */
  readonly queries?: number;
}

/** RobRank's evaluation of images of 28 x 28 pixels. */
export const rob28: Profile = {
  name: 'rob28',
  budget: { epsilon: 77 / 255, alpha: 3 / 255, steps: 32 },
  batch: 128,
};

/** RobRank's evaluation of photographs. */
export const rob224: Profile = {
  name: 'rob224',
  budget: { epsilon: 8 / 255, alpha: 3 / 255, steps: 32 },
  batch: 112,
};

/** A first impression. */
export const quick: Profile = {
  name: 'quick',
  budget: { epsilon: 8 / 255, alpha: 3 / 255, steps: 8 },
  batch: 128,
  queries: 128,
};

/** All profiles by name. */
export const profiles = { rob28, rob224, quick } as const;
export type ProfileName = keyof typeof profiles;
