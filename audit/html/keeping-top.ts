import { type Markup, markup, type Piece } from '../../base/markup.ts';
import { mean } from '../../base/statistics.ts';
import type { Evidence, KeepingTop } from '../evidence.ts';
import { percent, whole } from '../format.ts';
import { dataTable } from './data-table.ts';

/** SPQA: how far a query moves an image while the top of its list stays. */
export function keepingTop({ keepingTop: attacks, rows }: Pick<Evidence, 'keepingTop' | 'rows'>): Markup {
  const columns = [
    { head: 'Attack' },
    { head: 'Aimed at', kind: 'number' },
    { head: 'To be kept', kind: 'number' },
  ] as const;
  const caption = `Mean places in percent of the list before and after, on ${whole(rows.length)} of the queries. Outside ERS and ARS.`;
  return markup`<section id="keeping-top" aria-labelledby="keeping-top-title"><h2 id="keeping-top-title">Attacks that nobody sees in the list</h2>
<p class="lead">SPQA raises (+) or sinks (−) one image and keeps up to five others on top of the list, so that it looks as before.</p>
${dataTable(caption, columns, [{ rows: attacks.map(row) }])}</section>`;
}

function row({ attack, before, after, keptBefore, keptAfter }: KeepingTop): Piece[] {
  const change = (from: readonly number[], to: readonly number[]): string =>
    `${percent(mean(from))} → ${percent(mean(to))}`;
  return [attack, change(before, after), change(keptBefore, keptAfter)];
}
