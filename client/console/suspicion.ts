import type { QueryAnswer } from '../sdk/index.ts';
import { h } from './dom.ts';
import { decimal } from './words.ts';

/** Whether the query looks like an attack itself: a badge and what it means. Undefined where the answer does not say. */
export function suspicionNote({ suspicion, suspicious }: QueryAnswer = {}): HTMLElement | undefined {
  if (suspicion === undefined) return undefined;
  const level = suspicion === null ? 'unknown' : suspicious === true ? 'suspect' : 'innocent';
  const value = suspicion === null ? 'unknown' : suspicion.toFixed(2);
  return h(
    'p',
    { class: 'suspicion' },
    h('span', { class: `badge ${level}` }, `Suspicion ${value}`),
    ` ${meaning(suspicion, suspicious === true)}`,
  );
}

/** What a suspicion says, in words. */
export function meaning(suspicion: number | null, suspicious: boolean): string {
  if (suspicion === null)
    return 'Whether this query is an attack cannot be told before the server has measured its gallery, which takes 99 pictures.';
  const share = suspicion === 1 ? 'any' : `${decimal(100 * suspicion, 1)} %`;
  const moves = `Under small changes its embedding moves further than that of ${share} of the gallery’s pictures`;
  return suspicious
    ? `This query looks like an attack: ${moves.charAt(0).toLowerCase()}${moves.slice(1)}. One innocent query in a hundred does so too; nothing was refused for it.`
    : `${moves}. From 0.99 on, a query looks like an attack; below that it may be one that hides.`;
}
