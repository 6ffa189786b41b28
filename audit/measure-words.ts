import type { Measure } from '../attack/suite/types.ts';

/** How a measure is explained to a reader. */
export interface MeasureWords {
  /** What the adversary does, or what is counted. */
  readonly says: string;
  /** Which way a more robust model lies. */
  readonly robust: 'high' | 'low';
  readonly unit: '%' | 'cosine' | 'distance';
}

const place = (says: string, robust: 'high' | 'low'): MeasureWords => ({ says, robust, unit: '%' });
const recall = (says: string): MeasureWords => ({ says, robust: 'high', unit: '%' });

/** The ten measures, and recall at 1 without an attack. Percentages of place: 0 is the top of a list, 50 its middle. */
export const measureWords: Readonly<Record<Measure | 'R@1', MeasureWords>> = {
  'R@1': recall('Recall at 1 of the same queries without an attack'),
  'CA+': place('Place of a random candidate that is changed to rise for a query', 'high'),
  'CA-': place('Place of a top candidate that is changed to fall for a query', 'low'),
  'QA+': place('Place of a random candidate when the query is changed to raise it', 'high'),
  'QA-': place('Place of a top candidate when the query is changed to lower it', 'low'),
  TMA: { says: 'Likeness to a random image that the query is changed to resemble', robust: 'low', unit: 'cosine' },
  'ES:D': { says: 'How far the embedding of the query can be moved', robust: 'low', unit: 'distance' },
  'ES:R': recall('Recall at 1 when the embedding is moved as far as possible'),
  LTM: recall('Recall at 1 when the query is pushed off its class, towards the others'),
  GTM: recall('Recall at 1 when the query is pulled to the nearest other class'),
  GTT: recall('How often the first result stays among the first four when it is pushed out'),
};
