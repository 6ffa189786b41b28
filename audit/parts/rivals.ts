import type { BlackBoxAttack } from '../../attack/black-box/index.ts';
import { nes, noise, square } from '../../attack/black-box/index.ts';
import { type Evidence, type RecallAttack, type Rivalry, recallAttacks } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { type Rival, rivalriesWith } from './rivalry.ts';

/** Scores that an attack without gradients may ask for, for each image. */
const QUERIES = 200;

type Blind = Pick<Evidence, 'noise' | 'square' | 'nes'>;

export interface RivalOptions {
  /** Scores for each image; 200 if left out. */
  readonly queries?: number;
  readonly attacks?: readonly RecallAttack[];
}

/**
 * Noise, Square and NES, which see distances alone, against the attack with gradients as scored. They keep to the largest change
 * of a pixel value: for an attack that is bounded otherwise (`l2`) there are none.
 */
export async function rivals(
  subject: Subject,
  { queries = QUERIES, attacks = recallAttacks }: RivalOptions = {},
): Promise<Blind> {
  if (subject.budget.norm === 'l2') return { noise: [], square: [], nes: [] };
  const found: Readonly<Record<keyof Blind, Rivalry>>[] = [];
  for (const attack of attacks) found.push(await rivalsOf(subject, attack, queries));
  return {
    noise: found.map((each) => each.noise),
    square: found.map((each) => each.square),
    nes: found.map((each) => each.nes),
  };
}

/** The same for one attack. */
function rivalsOf(
  subject: Subject,
  attack: RecallAttack,
  queries: number,
): Promise<Readonly<Record<keyof Blind, Rivalry>>> {
  const { budget, signal } = subject;
  const random = subject.random.fork(`rivals of ${attack}`);
  const rival =
    (blind: BlackBoxAttack): Rival =>
    async ({ clean, rows }, score) => {
      const limits = { epsilon: budget.epsilon, queries };
      return (await blind.run(score, clean, limits, random.fork(`${blind.id} ${rows[0]}`), signal)).images;
    };
  return rivalriesWith(subject, attack, { noise: rival(noise), square: rival(square), nes: rival(nes) });
}
