import { type Markup, markup } from '../../base/markup.ts';
import type { Verdict } from '../types.ts';

const shapes: Readonly<Record<Verdict['state'], Markup>> = {
  holds: markup`<circle cx="8" cy="8" r="8" fill="currentColor"/><path d="M4.2 8.3l2.6 2.6 5-5.4" fill="none" stroke="var(--good-ground)" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`,
  unchecked: markup`<circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2.4"/><path d="M5 8h6" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>`,
  raised: markup`<path d="M8 .8L15.6 14.6H.4z" fill="currentColor" stroke="currentColor" stroke-width="1" stroke-linejoin="round"/><path d="M8 5.4v4.2" stroke="var(--bad-ground)" stroke-width="2" stroke-linecap="round"/><circle cx="8" cy="12.3" r="1.1" fill="var(--bad-ground)"/>`,
};

/** A sign of a verdict's state: a tick, a dashed ring or a triangle. The words stand beside it. */
export function icon(state: Verdict['state']): Markup {
  return markup`<svg viewBox="0 0 16 16" aria-hidden="true">${shapes[state]}</svg>`;
}

/** The sign with its word. */
export function chip(state: Verdict['state'], words: string = state): Markup {
  return markup`<span class="chip ${state}">${icon(state)}${words}</span>`;
}
