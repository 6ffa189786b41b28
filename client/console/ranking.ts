import type { SearchResult } from '../sdk/index.ts';
import { h, spoken } from './dom.ts';
import { describeMovement, type Movement } from './movement.ts';
import { thumbnail } from './thumbnail.ts';
import { distance, nameOf } from './words.ts';

/** One of the two rankings of a probe: a narrow list with what became of each result. The candidate is marked. */
export function ranking(
  title: string,
  results: readonly SearchResult[],
  movements: readonly Movement[],
  candidate: string | undefined,
): HTMLElement {
  const rows = results.map((result, i) => row(result, movements[i], result.id === candidate));
  return h('section', { class: 'ranking' }, h('h4', {}, title), h('ol', {}, ...rows));
}

function row(result: SearchResult, movement: Movement | undefined, isCandidate: boolean): HTMLElement {
  return h(
    'li',
    { class: isCandidate ? 'candidate' : undefined },
    h('span', { class: 'rank' }, spoken('Rank '), String(result.rank)),
    thumbnail(result, ''),
    h(
      'span',
      { class: 'name', title: result.id },
      nameOf(result),
      isCandidate ? h('span', { class: 'tag' }, 'candidate') : undefined,
    ),
    h('span', { class: 'distance' }, spoken('distance '), distance(result.distance)),
    movement === undefined ? undefined : mark(movement),
  );
}

function mark(movement: Movement): HTMLElement {
  const { sign, words } = describeMovement(movement);
  return h(
    'span',
    { class: `movement ${direction(movement)}`, title: words },
    h('span', { 'aria-hidden': 'true' }, sign),
    spoken(words),
  );
}

function direction(movement: Movement): string {
  if (movement.kind !== 'moved') return movement.kind;
  if (movement.by === 0) return 'same';
  return movement.by > 0 ? 'up' : 'down';
}
