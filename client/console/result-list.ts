import type { SearchAnswer, SearchResult } from '../sdk/index.ts';
import { h, spoken } from './dom.ts';
import { robustnessBadge } from './robustness.ts';
import { suspicionNote } from './suspicion.ts';
import { thumbnail } from './thumbnail.ts';
import { distance, nameOf } from './words.ts';

/** The answer of a search: what it says of the query, and a ranked list of pictures. Pressing a picture calls `onPick`, to search with it next. */
export function resultList({ query, results }: SearchAnswer, onPick: (result: SearchResult) => void): Node[] {
  const note = suspicionNote(query);
  if (results.length === 0)
    return [h('p', { class: 'empty' }, 'The gallery is empty: add pictures with POST /images.')];
  const list = h('ol', { class: 'cards' }, ...results.map((result) => card(result, onPick)));
  return [...(note === undefined ? [] : [note]), list, legend()];
}

function card(result: SearchResult, onPick: (result: SearchResult) => void): HTMLElement {
  const name = nameOf(result);
  const picture = thumbnail(result, name);
  const pick = h('button', { type: 'button', class: 'picture', title: 'Search with this picture' }, picture);
  pick.addEventListener('click', () => onPick(result));
  return h(
    'li',
    { class: 'card' },
    pick,
    h('span', { class: 'rank' }, spoken('Rank '), String(result.rank)),
    h('span', { class: 'name', title: result.id }, name),
    h(
      'span',
      { class: 'facts' },
      h('span', { title: 'Distance of the embeddings, 0 to 2' }, spoken('distance '), distance(result.distance)),
      result.robustness === null ? undefined : robustnessBadge(result.robustness),
    ),
  );
}

function legend(): HTMLElement {
  return h(
    'p',
    { class: 'hint' },
    'Left: distance of the embeddings. ',
    h('span', { class: 'badge fragile' }, 'ε < 2'),
    ' ',
    h('span', { class: 'badge fair' }, 'ε < 6'),
    ' ',
    h('span', { class: 'badge robust' }, 'ε ≥ 6'),
    ' The change of the query, in 1/255 of every pixel, that is estimated to push the result out of the list.',
  );
}
