import { type Markup, markup } from '../../base/markup.ts';
import { fixed, percent, whole } from '../format.ts';
import type { AuditReport } from '../types.ts';

/** What a search finds when nobody attacks, and how far classes lie apart. */
export function benign({ benign: found, data }: AuditReport): Markup {
  const tiles = [
    ['R@1', percent(found.recallAt1), '% whose first result is of their class'],
    ['R@2', percent(found.recallAt2), '% with one of their class among two'],
    ['mAP', percent(found.meanAveragePrecision), '% mean average precision'],
    [
      'NMI',
      found.nmi === null ? '–' : percent(found.nmi),
      found.nmi === null ? 'not asked for' : '% of clusters with classes',
    ],
    ['Inter-class', fixed(found.inter, 3), 'mean distance between classes'],
    ['Intra-class', fixed(found.intra, 3), 'mean distance within a class'],
    ['Entanglement', fixed(found.entanglement, 3), 'intra over inter: lower is apart'],
  ].map(
    ([name = '', value = '', says = '']) =>
      markup`<div><dt>${name}</dt><dd>${value}<span class="small">${says}</span></dd></div>`,
  );
  return markup`<section id="benign" aria-labelledby="benign-title"><h2 id="benign-title">Without an attack</h2>
<p class="lead">All ${whole(data.images)} images, each looked for among the others.</p>
<dl class="tiles">${tiles}</dl></section>`;
}
