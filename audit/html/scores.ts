import { type Markup, markup } from '../../base/markup.ts';
import { fixed, interval } from '../format.ts';
import type { Standing } from '../standing.ts';
import type { AuditReport, Estimate } from '../types.ts';
import { chip } from './icon.ts';
import { standingBlock } from './standing-block.ts';
import { whiskerSvg } from './whisker.ts';

/** What the verdicts say, raised ones in words, and right under it the two scores with their intervals. */
export function scores({ ers, ars }: Pick<AuditReport, 'ers' | 'ars'>, standing: Standing): Markup {
  return markup`${standingBlock('standing', '', standing)}
<div class="scores">
${scoreCard('ERS', 'Empirical robustness score', 'ten attacks, RobRank', ers, standing)}
${scoreCard('ARS', 'Adversarial robustness score', 'relative to recall without an attack, CA-TRIDE', ars, standing)}
</div>`;
}

function scoreCard(name: string, title: string, source: string, score: Estimate, standing: Standing): Markup {
  const { state, believable, brief } = standing;
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
