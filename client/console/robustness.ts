import type { Robustness } from '../sdk/index.ts';
import { h, spoken } from './dom.ts';
import { decimal } from './words.ts';

/** Three bands of the score; a colour each. */
export type Level = 'fragile' | 'fair' | 'robust';

/** `fragile` below 2/255, where a change is invisible; `robust` from 6/255 on, most of the way to a full score at 8/255. */
export function levelOf(score: number): Level {
  if (score < 0.25) return 'fragile';
  return score < 0.75 ? 'fair' : 'robust';
}

/** What the badge says, in words. */
export function explain({ epsilon, score, method }: Robustness): string {
  if (epsilon === null) return 'Robust: no change can push it out, for the list holds the whole gallery.';
  const level = levelOf(score);
  const name = level.charAt(0).toUpperCase() + level.slice(1);
  return (
    `${name}: it takes a change of about ${decimal(epsilon, 1)}/255 in every pixel of the query ` +
    `to push it out of the list (estimated by ${method}).`
  );
}

/** How much change a result withstands: a colour and a number to see, words to hover and to hear. */
export function robustnessBadge(robustness: Robustness): HTMLElement {
  const number = robustness.epsilon === null ? '∞' : decimal(robustness.epsilon, 1);
  const words = explain(robustness);
  return h(
    'span',
    { class: `badge ${levelOf(robustness.score)}`, title: words },
    h('span', { 'aria-hidden': 'true' }, `ε ${number}`),
    spoken(words),
  );
}
