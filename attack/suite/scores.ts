import { mean } from '../../base/statistics.ts';
import { batchMean, countedMean } from '../metrics/index.ts';
import type { Measure, PerQuery, Protocol } from './types.ts';

/**
 * The ten measures as RobRank reports them: CA, QA, ES:R, LTM, GTM and GTT in percent, TMA a cosine, ES:D a distance.
 */
export type Raw = OfEach<number>;

type OfEach<T> = Readonly<Record<Measure, T>>;

/** Asks for each of the ten. */
export function ofEach<T>(value: (measure: Measure) => T): OfEach<T> {
  return {
    'CA+': value('CA+'),
    'CA-': value('CA-'),
    'QA+': value('QA+'),
    'QA-': value('QA-'),
    TMA: value('TMA'),
    'ES:D': value('ES:D'),
    'ES:R': value('ES:R'),
    LTM: value('LTM'),
    GTM: value('GTM'),
    GTT: value('GTT'),
  };
}

/** What a measure adds to the empirical score: 100 for a system that the attack does not move. */
const termOf: OfEach<(value: number) => number> = {
  'CA+': (place) => 2 * place,
  'CA-': (place) => 100 - place,
  'QA+': (place) => 2 * place,
  'QA-': (place) => 100 - place,
  TMA: (cosine) => 100 * (1 - cosine),
  'ES:D': (distance) => (100 * (2 - distance)) / 2,
  'ES:R': (recall) => recall,
  LTM: (recall) => recall,
  GTM: (recall) => recall,
  GTT: (kept) => kept,
};

/** A measure as the empirical score counts it: 100 for a system that the attack does not move, not clipped. */
export function ersTerm(measure: Measure, value: number): number {
  return termOf[measure](value);
}

/**
 * Empirical robustness score of RobRank (specification of the method, section 5.1). Higher is more robust. Nothing is
 * clipped: raw embeddings (metric E) move far and make it negative.
 */
export function ers(raw: Raw): number {
  return mean(Object.values(ofEach((measure) => ersTerm(measure, raw[measure]))));
}

export interface AdversarialScore {
  readonly value: number;
  /** The eight terms: CA+, CA-, QA+, QA-, ES:R, LTM, GTM, GTT, those of recall relative to what it is without an attack. */
  readonly terms: readonly number[];
  /** False when nothing is found even without an attack: the terms relative to that recall are then zero. */
  readonly defined: boolean;
}

/**
 * Adversarial robustness score of CA-TRIDE (specification of the method, section 5.2): recall under attack counts
 * relative to benign recall, TMA and ES:D are left out.
 * @param recallAt1 without an attack, in percent.
 */
export function ars(raw: Omit<Raw, 'TMA' | 'ES:D'>, recallAt1: number): AdversarialScore {
  const defined = recallAt1 > 0;
  const relative = (recall: number): number => (defined ? (100 * recall) / recallAt1 : 0);
  const ranks = (['CA+', 'CA-', 'QA+', 'QA-'] as const).map((measure) => ersTerm(measure, raw[measure]));
  const terms = [...ranks, relative(raw['ES:R']), relative(raw.LTM), relative(raw.GTM), raw.GTT];
  return { value: mean(terms), terms, defined };
}

/** The measures of queries and the scores made of them. */
export interface Scored {
  readonly raw: Raw;
  /** Benign recall at 1 of the same queries, in percent. */
  readonly recallAt1: number;
  readonly ers: number;
  readonly ars: AdversarialScore;
}

/** Per query all but a cosine and a distance are shares; reported they are percentages. */
export function unitOf(measure: Measure | 'R@1'): number {
  return measure === 'TMA' || measure === 'ES:D' ? 1 : 100;
}

/** @param batch of the profile: under the protocol `robrank` results are means of the means of so many queries. */
export function scoresOf(perQuery: PerQuery, protocol: Protocol, batch: number): Scored {
  const over = (measure: Measure | 'R@1'): number => {
    const values = perQuery[measure];
    return unitOf(measure) * (protocol === 'exact' ? countedMean(values) : batchMean(values, batch));
  };
  const raw = ofEach(over);
  const recallAt1 = over('R@1');
  return { raw, recallAt1, ers: ers(raw), ars: ars(raw, recallAt1) };
}
