import { ofEach } from '../../../attack/suite/scores.ts';
import {
  type CurvePoint,
  type Evidence,
  type Hits,
  type Rivalry,
  recallAttacks,
  type SampleScores,
} from '../../../audit/evidence.ts';
import type { AuditReport } from '../../../audit/types.ts';
import type { Random } from '../../../base/random.ts';
import { keepingTopOf } from './evidence.ts';

const COUNT = 64;
const CLEAN = 0.84375;
const CHANCE = 0.021;

/** What an audit of a hardened model sees on all queries: every verdict holds. */
export function realisticEvidence(
  { measures, ers, ars }: Pick<AuditReport, 'measures' | 'ers' | 'ars'>,
  random: Random,
): Evidence {
  const scores = (by: number): SampleScores => ({
    ers: ers.value + by,
    ars: ars.value + by,
    measures: ofEach((measure) => measures[measure].value),
  });
  const hits = (share: number): Hits =>
    Array.from({ length: COUNT }, (_, i) => (i < Math.round(share * COUNT) ? 1 : 0));
  const rivalries = (gap: number): Rivalry[] =>
    recallAttacks.map((attack, i) => {
      const white = Array.from({ length: COUNT }, () => -0.6 - 0.3 * random.uniform());
      const rival = white.map((value) => value + gap * random.uniform());
      return { attack, white, rival, whiteHits: hits(0.5 - 0.1 * i), rivalHits: hits(0.5 - 0.1 * i + gap) };
    });
  return {
    rows: Array.from({ length: COUNT }, (_, i) => 7 * i),
    clean: CLEAN,
    chance: CHANCE,
    epsilon: 8 / 255,
    steps: 32,
    epsilonCurve: [0, 1, 2, 4, 8, 16, 32, 127.5].map((level) => curvePoint(level / 255, level / 14)),
    stepsCurve: [1, 2, 4, 8, 16, 32, 64].map((steps) => curvePoint(steps, 0.57 * (1 - 1 / (1 + steps / 2)))),
    scored: scores(0),
    bestIterate: scores(-0.1),
    doubled: scores(-0.4),
    noise: rivalries(0.3),
    square: rivalries(0.15),
    nes: rivalries(0.2),
    transfer: { from: 'emoji-hardened-2', rivalries: rivalries(0.25) },
    gradients: recallAttacks.map((attack) => ({ attack, inputs: COUNT, finite: COUNT, nonZero: COUNT })),
    repeat: { again: 0, alone: 2.4e-7 },
    rounding: recallAttacks.map((attack, i) => ({
      attack,
      asComputed: hits(0.5 - 0.1 * i),
      eightBits: hits(0.5 - 0.1 * i),
      decoded: hits(0.53 - 0.1 * i),
    })),
    keepingTop: [keepingTopOf('SPQA+'), keepingTopOf('SPQA-')],
    twin: { version: 'emoji-undefended-1', clean: 0.875, worst: 0.031 },
  };
}

/** Recall falls from that of a clean set to chance: each attack at a pace of its own. */
function curvePoint(at: number, strength: number): CurvePoint {
  const left = (pace: number): number => {
    const recall = CHANCE + (CLEAN - CHANCE) * Math.exp(-pace * strength);
    return Math.round(recall * COUNT) / COUNT;
  };
  return { at, recall: { ES: left(0.9), LTM: left(1.4), GTM: left(1.8), worst: left(2.3) } };
}
