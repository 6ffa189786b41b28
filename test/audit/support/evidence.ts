import type {
  CurvePoint,
  Evidence,
  Hits,
  KeepingTop,
  RecallAttack,
  Rivalry,
  Rounded,
  SampleScores,
} from '../../../audit/evidence.ts';
import { recallAttacks } from '../../../audit/evidence.ts';

/** Queries of the sample. */
export const SAMPLE = 64;

/** So many queries found, of the sample. */
export const found = (count: number): Hits => Array.from({ length: SAMPLE }, (_, i) => Number(i < count));

/** A point of a curve at which so many queries of the sample are found, under every attack if no other number is given. */
export function pointAt(
  at: number,
  count: number,
  others: Partial<Record<RecallAttack | 'worst', number>> = {},
): CurvePoint {
  const recall = (name: RecallAttack | 'worst'): number => (others[name] ?? count) / SAMPLE;
  return { at, recall: { ES: recall('ES'), LTM: recall('LTM'), GTM: recall('GTM'), worst: recall('worst') } };
}

export const scoresOf = (ers: number, ars: number): SampleScores => ({
  ers,
  ars,
  measures: {
    'CA+': 24,
    'CA-': 12,
    'QA+': 25,
    'QA-': 11,
    TMA: 0.4,
    'ES:D': 0.5,
    'ES:R': 42,
    LTM: 31,
    GTM: 28,
    GTT: 47,
  },
});

/** A rival that comes nowhere near: the attack with gradients is at -1, the rival at -0.2. */
export function rivalry(attack: RecallAttack, { nearerOn = 0, rivalFinds = 40, whiteFinds = 24 } = {}): Rivalry {
  return {
    attack,
    white: Array.from({ length: SAMPLE }, () => -1),
    rival: Array.from({ length: SAMPLE }, (_, i) => (i < nearerOn ? -1.2 : -0.2)),
    whiteHits: found(whiteFinds),
    rivalHits: found(rivalFinds),
  };
}

export function rounded(attack: RecallAttack, asComputed: number, eightBits: number, decoded: number): Rounded {
  return { attack, asComputed: found(asComputed), eightBits: found(eightBits), decoded: found(decoded) };
}

/** An image moves a tenth of the list, what is kept a hundredth. */
export function keepingTopOf(attack: KeepingTop['attack']): KeepingTop {
  const places = (place: number): number[] => Array.from({ length: SAMPLE }, () => place);
  const before = attack === 'SPQA+' ? 0.5 : 0.005;
  const after = attack === 'SPQA+' ? 0.4 : 0.105;
  return { attack, before: places(before), after: places(after), keptBefore: places(0.004), keptAfter: places(0.014) };
}

/** What an honest audit of a hardened model sees, a few queries on the edge among it; parts may be replaced. */
export function honestEvidence(other: Partial<Evidence> = {}): Evidence {
  const rivalries = recallAttacks.map((attack) => rivalry(attack));
  return {
    rows: Array.from({ length: SAMPLE }, (_, i) => 3 * i),
    clean: 46 / SAMPLE,
    chance: 0.02,
    epsilon: 8 / 255,
    steps: 32,
    epsilonCurve: [
      pointAt(0, 46),
      pointAt(2 / 255, 40),
      pointAt(4 / 255, 33),
      pointAt(8 / 255, 24, { worst: 20 }),
      pointAt(16 / 255, 8, { GTM: 9, worst: 4 }),
      pointAt(0.5, 1, { ES: 3 }),
    ],
    stepsCurve: [
      pointAt(1, 34),
      pointAt(2, 41),
      pointAt(4, 30),
      pointAt(8, 26),
      pointAt(16, 24, { ES: 23 }),
      pointAt(32, 24, { worst: 20 }),
      pointAt(64, 24, { ES: 25, worst: 20 }),
    ],
    scored: scoresOf(48.3, 61.2),
    bestIterate: scoresOf(48.2, 61),
    doubled: scoresOf(48, 60.7),
    noise: rivalries,
    square: rivalries,
    nes: rivalries,
    transfer: { from: 'emoji-other', rivalries: [rivalry('ES', { nearerOn: 1 }), rivalry('GTM')] },
    gradients: recallAttacks.map((attack) => ({ attack, inputs: SAMPLE, finite: SAMPLE, nonZero: SAMPLE })),
    repeat: { again: 0, alone: 2e-7 },
    rounding: recallAttacks.map((attack) => rounded(attack, 24, 25, 24)),
    keepingTop: (['SPQA+', 'SPQA-'] as const).map((attack) => keepingTopOf(attack)),
    twin: { version: 'emoji-undefended', clean: 48 / SAMPLE, worst: 1 / SAMPLE },
    ...other,
  };
}
