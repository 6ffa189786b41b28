import { type Markup, markup } from '../../base/markup.ts';
import type { Standing } from '../standing.ts';
import { verdictTitles } from '../verdict-titles.ts';
import { icon } from './icon.ts';

/**
 * The state of all verdicts: one sentence, then each that does not hold with a link to what is said of it below.
 * @param id of the sentence. @param whose stands before it.
 */
export function standingBlock(id: string, whose: string, { raised, unchecked, state, headline }: Standing): Markup {
  const open = [...raised, ...unchecked].map(
    (verdict) =>
      markup`<li>${verdict.state === 'raised' ? 'Raised' : 'Unchecked'}: <a href="#verdict-${verdict.id}">${verdictTitles[verdict.id]}</a>. ${verdict.finding}</li>`,
  );
  const list = open.length > 0 ? markup`<ul>${open}</ul>` : markup`<p><a href="#verdicts">What was checked</a></p>`;
  return markup`<div class="standing ${state}" role="note" aria-labelledby="${id}">${icon(state)}<h2 id="${id}">${whose}${headline}</h2>${list}</div>`;
}
