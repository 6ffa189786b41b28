import { type Markup, markup } from '../../base/markup.ts';
import type { Standing } from '../standing.ts';
import type { Verdict } from '../types.ts';
import { verdictTitles } from '../verdict-titles.ts';
import { chip } from './icon.ts';

/** Every verdict: what was asked and what was seen. Raised ones first, then those that could not be checked. */
export function verdicts({ raised, unchecked, holds }: Standing, explanations: string | null): Markup {
  const named = (id: string): Markup =>
    explanations === null
      ? markup`<code>${id}</code>`
      : markup`<a href="${explanations}#${id}" title="What it means and what to do">${id}</a>`;
  const item = ({ id, state, claim, finding }: Verdict): Markup => markup`<li id="verdict-${id}">
<div class="head">${chip(state)}<h3>${verdictTitles[id]}</h3></div>
<p class="seen">${finding}</p>
<p class="quiet small">Asked: ${claim} ${named(id)}</p></li>`;
  const list = (className: string, items: readonly Verdict[]): Markup =>
    items.length === 0 ? markup`` : markup`<ul class="${className}">${items.map(item)}</ul>`;
  return markup`<section id="verdicts" aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts</h2>
<p class="lead">A robust score is easy to get by accident: by an attack that is too weak, or gradients that say nothing.
Each verdict looks for one such accident. ${explanations === null ? 'docs/verdicts.md says under its name' : 'Its name leads to'} what it means and what to do.</p>
${list('verdicts', [...raised, ...unchecked])}
${list('verdicts held', holds)}</section>`;
}
