import { type Markup, markup, type Piece } from '../../base/markup.ts';
import type { Evidence, Rivalry } from '../evidence.ts';
import { percent, whole } from '../format.ts';
import { rivalFigures, rivalsOf } from '../rivalries.ts';
import { dataTable } from './data-table.ts';
import { dumbbellSvg } from './dumbbell.ts';

/** The white-box attack against attacks that know less. */
export function rivals(evidence: Evidence): Markup {
  const columns = [
    { head: 'Attack' },
    { head: 'R@1, white box', kind: 'number' },
    { head: 'R@1, rival', kind: 'number' },
    { head: 'Rival goes lower', kind: 'number' },
    { head: 'R@1 from 0 to 100 %: dot white box, ring rival', kind: 'plot' },
  ] as const;
  const groups = rivalsOf(evidence).map(({ name, rivalries }) => ({ head: name, rows: rivalries.map(row) }));
  const absent = evidence.transfer === null ? ' Transfer was not tried: no other model version was named.' : '';
  const caption = `On ${whole(evidence.rows.length)} of the queries.${absent} “Goes lower” is the share of queries for which the rival minimises the objective of the attack further.`;
  return markup`<section id="rivals" aria-labelledby="rivals-title"><h2 id="rivals-title">White box against those who know less</h2>
<p class="lead">An attack that follows gradients must leave less recall than one that does not. Where it does not, the gradients mislead it, and the score flatters.</p>
${dataTable(caption, columns, groups)}</section>`;
}

function row(rivalry: Rivalry): Piece[] {
  const { white, rival, rivalLower } = rivalFigures(rivalry);
  const label = `R@1 ${percent(white)} % under the white-box attack, ${percent(rival)} % under the rival`;
  return [
    rivalry.attack,
    percent(white),
    percent(rival),
    `${percent(rivalLower)} %`,
    dumbbellSvg({ scored: 100 * white, others: [100 * rival], label }),
  ];
}
