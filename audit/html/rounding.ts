import { type Markup, markup, type Piece } from '../../base/markup.ts';
import { mean } from '../../base/statistics.ts';
import type { Evidence, Rounded } from '../evidence.ts';
import { percent, whole } from '../format.ts';
import { dataTable } from './data-table.ts';
import { dumbbellSvg } from './dumbbell.ts';

/** Recall under attack before and after the attacked picture becomes a file. */
export function rounding({ rounding: rounded, rows }: Evidence): Markup {
  const columns = [
    { head: 'Attack' },
    { head: 'As computed', kind: 'number' },
    { head: '8 bits', kind: 'number' },
    { head: 'As an upload', kind: 'number' },
    { head: 'R@1 from 0 to 100 %: dot as computed, rings after', kind: 'plot' },
  ] as const;
  const caption = `R@1 in percent on ${whole(rows.length)} of the queries: pixels as the attack computed them, rounded to 8 bits, and written as PNG and decoded as the server does.`;
  return markup`<section id="rounding" aria-labelledby="rounding-title"><h2 id="rounding-title">Rounding, before and after</h2>
<p class="lead">A picture that is sent has whole levels of 255. An attack that only works on fractions of a level is none.</p>
${dataTable(caption, columns, [{ rows: rounded.map(row) }])}</section>`;
}

function row({ attack, asComputed, eightBits, decoded }: Rounded): Piece[] {
  const [before, bits, upload] = [mean(asComputed), mean(eightBits), mean(decoded)];
  const label = `R@1 ${percent(before)} % as computed, ${percent(bits)} % with 8 bits, ${percent(upload)} % as an upload`;
  const plot = dumbbellSvg({ scored: 100 * before, others: [100 * bits, 100 * upload], label });
  return [attack, percent(before), percent(bits), percent(upload), plot];
}
