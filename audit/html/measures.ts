import { ersTerm, ofEach } from '../../attack/suite/scores.ts';
import type { Measure } from '../../attack/suite/types.ts';
import { type Markup, markup, type Piece } from '../../base/markup.ts';
import { digitsOf, fixed, interval } from '../format.ts';
import { measureWords } from '../measure-words.ts';
import type { AuditReport, Estimate } from '../types.ts';
import { dataTable } from './data-table.ts';
import { whiskerSvg } from './whisker.ts';

/** Under the first row and the last. */
const TICKS = [0, 25, 50, 75, 100];

/** The ten measures with their intervals, drawn on one axis: as the score counts them, 100 for a model that does not move. */
export function measures(report: AuditReport): Markup {
  const attacked = Object.values(
    ofEach((measure) => row(measure, report.measures[measure], measure === 'GTT' ? TICKS : [])),
  );
  const columns = [
    { head: 'Measure' },
    { head: 'Value and 95 % interval', kind: 'number' },
    { head: 'As ERS counts it: 0 to 100, right is more robust', kind: 'plot' },
  ] as const;
  const caption = `Means over ${report.queries.length} queries, intervals by bootstrap over queries.`;
  return markup`<section id="measures" aria-labelledby="measures-title"><h2 id="measures-title">Ten measures of nine attacks</h2>
<p class="lead">A place is a percentage of the list: 0 its top, 50 its middle. The dots have one axis, on which a model that no attack moves stands at 100.</p>
${dataTable(caption, columns, [
  { head: 'Without an attack', rows: [row('R@1', report.measures['R@1'], TICKS)] },
  { head: 'Under attack', rows: attacked },
])}</section>`;
}

function row(measure: Measure | 'R@1', estimate: Estimate, ticks: readonly number[]): Piece[] {
  const { says, robust, unit } = measureWords[measure];
  const digits = digitsOf(measure);
  const sign = unit === '%' ? ' %' : '';
  const value = fixed(estimate.value, digits);
  const term = measure === 'R@1' ? (x: number): number => x : (x: number): number => ersTerm(measure, x);
  const ends = [term(estimate.low), term(estimate.high)];
  const whisker = { value: term(estimate.value), low: Math.min(...ends), high: Math.max(...ends) };
  const label = `${measure} as ERS counts it: ${fixed(whisker.value, 1)}, from ${fixed(whisker.low, 1)} to ${fixed(whisker.high, 1)}`;
  const better = `${robust === 'high' ? 'higher' : 'lower'} is more robust${unit === '%' ? '' : `; a ${unit}`}`;
  return [
    markup`${measure}<span class="small quiet">${says}; ${better}.</span>`,
    markup`<strong>${value}</strong>${sign}<br><span class="quiet small">${interval(estimate, digits)}</span>`,
    whiskerSvg({ from: 0, to: 100, whisker, label, ticks }),
  ];
}
