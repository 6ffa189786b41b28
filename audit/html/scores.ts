import { type Markup, markup } from '../../base/markup.ts';
import { fixed, interval } from '../format.ts';
import type { Standing } from '../standing.ts';
import type { AuditReport, Estimate } from '../types.ts';
import { verdictTitles } from '../verdict-titles.ts';
import { chip, icon } from './icon.ts';
import { whiskerSvg } from './whisker.ts';

/** What the verdicts say, raised ones in words, and right under it the two scores with their intervals. */
export function scores({ ers, ars }: Pick<AuditReport, 'ers' | 'ars'>, standing: Standing): Markup {
  return markup`${standingBlock(standing)}
<div class="scores">
${scoreCard('ERS', 'Empirical robustness score', 'ten attacks, RobRank', ers, standing)}
${scoreCard('ARS', 'Adversarial robustness score', 'relative to recall without an attack, CA-TRIDE', ars, standing)}
</div>`;
}

/** The state of all verdicts: one sentence, then each that does not hold with a link to what is said of it below. */
function standingBlock({ raised, unchecked, believable, headline }: Standing): Markup {
  const state = believable ? (unchecked.length > 0 ? 'unchecked' : 'holds') : 'raised';
  const open = [...raised, ...unchecked].map(
    ({ id, state: its, finding }) =>
      markup`<li>${its === 'raised' ? 'Raised' : 'Unchecked'}: <a href="#verdict-${id}">${verdictTitles[id]}</a>. ${finding}</li>`,
  );
  const list = open.length > 0 ? markup`<ul>${open}</ul>` : markup`<p><a href="#verdicts">What was checked</a></p>`;
  return markup`<div class="standing ${state}" role="note" aria-labelledby="standing">${icon(state)}<h2 id="standing">${headline}</h2>${list}</div>`;
}

function scoreCard(name: string, title: string, source: string, score: Estimate, standing: Standing): Markup {
  const { raised, unchecked, believable, brief } = standing;
  const state = believable ? (unchecked.length > 0 && raised.length === 0 ? 'unchecked' : 'holds') : 'raised';
  const ends = interval(score, 1);
  const plot = whiskerSvg({
    from: 0,
    to: 100,
    whisker: score,
    ticks: [0, 25, 50, 75, 100],
    width: 440,
    className: believable ? 'main' : 'doubt',
    label: `${name} ${fixed(score.value, 1)}, 95 % interval ${ends}, on an axis from 0 to 100; ${brief}`,
  });
  return markup`<div class="score${believable ? '' : ' doubtful'}"><h3>${name} <span class="quiet">${title}</span></h3>
<p class="number"><strong>${fixed(score.value, 1)}</strong> <a href="#verdicts">${chip(state, brief)}</a></p>
<p class="quiet">95 % interval ${ends}; higher is more robust</p>
${plot}
<p class="quiet small">${source}</p></div>`;
}
