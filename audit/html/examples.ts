import { type Markup, markup } from '../../base/markup.ts';
import { fixed, levels } from '../format.ts';
import type { AuditReport, Example, Ranked } from '../types.ts';
import { picture } from './picture.ts';

/** The queries that fell first and those that held longest, as pictures. */
export function examples({ examples: { leastRobust, mostRobust }, setting }: AuditReport): Markup {
  const strength = `${levels(setting.budget.epsilon)}/255`;
  const group = (id: string, title: string, list: readonly Example[]): Markup =>
    list.length === 0
      ? markup``
      : markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
<p class="lead">The change is drawn large: grey is none, black and white are all of ${strength}. Results with a solid frame and ✓ are of the class of the query, those with a dashed frame and ✗ are not.</p>
<div class="examples">${list.map((example) => card(example))}</div></section>`;
  return markup`${group('least', 'The least robust queries', leastRobust)}
${group('most', 'The most robust queries', mostRobust)}`;
}

function card({ row, label, attack, clean, change, attacked, before, after }: Example): Markup {
  const figure = (url: string, name: string, alt: string): Markup =>
    markup`<figure>${picture(url, alt)}<figcaption>${name}</figcaption></figure>`;
  const seen = new Set(before.map((result) => result.row));
  return markup`<article class="example"><h3>${label} <span class="quiet">row ${row}, attacked by ${attack}</span></h3>
<div class="triptych">${figure(clean, 'before', `Query ${row}, ${label}, before the attack`)}
${figure(change, 'change', `The change that the attack made to query ${row}`)}
${figure(attacked, 'after', `Query ${row} after the attack`)}</div>
<div class="rankings"><div><h4>Found before</h4>${ranking(before)}</div>
<div><h4>Found after</h4>${ranking(after, seen)}</div></div></article>`;
}

/** @param seen rows that were found before: others are marked as new. */
function ranking(results: readonly Ranked[], seen?: ReadonlySet<number>): Markup {
  const items = results.map(({ row, label, distance, picture: url, match }, at) => {
    const fresh = seen !== undefined && !seen.has(row);
    const words = match ? 'of the class of the query' : 'of another class';
    const alt = `Place ${at + 1}: ${label}, ${words}${fresh ? ', new in the list' : ''}`;
    return markup`<li class="${match ? 'match' : 'other'}"><figure>${picture(url, alt)}
<figcaption><span class="sign" aria-hidden="true">${match ? '✓' : '✗'}</span> ${label}<br>${fixed(distance, 3)}${fresh ? ', new' : ''}</figcaption></figure></li>`;
  });
  return markup`<ol class="ranking">${items}</ol>`;
}
