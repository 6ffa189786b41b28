import { type Markup, markup, type Piece } from '../../base/markup.ts';
import type { Comparison, Difference } from '../compare.ts';
import { chanceNote, conclusion, favoured, signed, significanceWords } from '../comparison-words.ts';
import { budgetWords, fixed, interval, percent, setWords, whole } from '../format.ts';
import { type Standing, standingOf } from '../standing.ts';
import type { AuditReport } from '../types.ts';
import { verdictIds, verdictTitles } from '../verdict-titles.ts';
import { comparedCurves } from './compared-curves.ts';
import { dataTable } from './data-table.ts';
import { differences, reachOf } from './differences.ts';
import { documentOf } from './document.ts';
import { dateWords } from './header.ts';
import { chip } from './icon.ts';
import { standingBlock } from './standing-block.ts';
import { whiskerSvg } from './whisker.ts';

/** Two audits side by side as one page that opens from a file: what the comparison says, the verdicts of both, every difference. */
export function renderComparison(
  comparison: Comparison,
  { explanations = 'docs/verdicts.md' }: { readonly explanations?: string } = {},
): string {
  const { first, second } = comparison;
  const standings = [standingOf(first.verdicts), standingOf(second.verdicts)] as const;
  const [one, other] = [first.model.version, second.model.version];
  const body = markup`${head(comparison)}
<div class="sides">${standingBlock('first-standing', `${one}: `, standings[0])}${standingBlock('second-standing', `${other}: `, standings[1])}</div>
<div class="scores">${scoreCard('ERS', comparison.ers, comparison, standings)}${scoreCard('ARS', comparison.ars, comparison, standings)}</div>
<p class="threat"><strong>Threat model.</strong> ${first.threatModel}</p>
${differences(comparison)}
${benign(first, second)}
${comparedCurves(comparison)}
${verdicts(comparison, standings, explanations)}
${reproduction(first, second)}`;
  return documentOf(`${one} and ${other} compared on ${first.data.name}`, body);
}

function head({ first, second, ...rest }: Comparison): Markup {
  const { data, setting, queries } = first;
  return markup`<header><p class="eyebrow">Two audits compared</p>
<h1>${first.model.version} <span class="quiet">and</span> ${second.model.version}</h1>
<ul class="facts"><li>${setWords(data)}: ${whole(data.images)} images of ${whole(data.classes)} classes</li>
<li>${whole(queries.length)} queries attacked</li><li>profile ${setting.profile}, protocol ${setting.protocol}</li><li>seed ${setting.seed}</li></ul>
<p class="conclusion">${conclusion({ first, second, ...rest })}</p><p class="quiet small">${chanceNote}</p></header>`;
}

function scoreCard(
  name: 'ERS' | 'ARS',
  difference: Difference,
  { first, second, ers, ars }: Comparison,
  standings: readonly Standing[],
): Markup {
  const worst = standings.find(({ believable }) => !believable);
  const side = favoured(name, difference);
  const words =
    worst !== undefined
      ? worst.brief
      : side === 'neither'
        ? 'no difference seen'
        : `${(side === 'first' ? first : second).model.version} is more robust`;
  const state = worst !== undefined ? 'raised' : side === 'neither' ? 'unchecked' : 'holds';
  const reach = reachOf([ers, ars]);
  const plot = whiskerSvg({
    from: -reach,
    to: reach,
    origin: 0,
    whisker: difference,
    ticks: [-reach, 0, reach],
    width: 440,
    className: worst !== undefined ? 'doubt' : side === 'neither' ? 'even' : 'main',
    label: `${name} of the second minus that of the first: ${signed(difference.value, 1)}, 95 % interval ${interval(difference, 1)}; ${words}`,
  });
  return markup`<div class="score${worst === undefined ? '' : ' doubtful'}"><h3>${name}</h3>
<p class="change"><span>${fixed(difference.first, 1)} → ${fixed(difference.second, 1)}</span><strong>${signed(difference.value, 1)}</strong></p>
<p><a href="#verdicts">${chip(state, words)}</a></p>
<p class="quiet">95 % interval of the difference ${interval(difference, 1)}, ${significanceWords(difference.significance)}</p>
${plot}</div>`;
}

function benign(first: AuditReport, second: AuditReport): Markup {
  const row = (name: string, of: (found: AuditReport['benign']) => string): Piece[] => [
    name,
    of(first.benign),
    of(second.benign),
  ];
  const columns = [{ head: 'Figure' }, { head: 'First', kind: 'number' }, { head: 'Second', kind: 'number' }] as const;
  const rows = [
    row('R@1 in %', ({ recallAt1 }) => percent(recallAt1)),
    row('R@2 in %', ({ recallAt2 }) => percent(recallAt2)),
    row('mAP in %', ({ meanAveragePrecision }) => percent(meanAveragePrecision)),
    row('NMI in %', ({ nmi }) => (nmi === null ? '–' : percent(nmi))),
    row('Inter-class distance', ({ inter }) => fixed(inter, 3)),
    row('Intra-class distance', ({ intra }) => fixed(intra, 3)),
    row('Entanglement', ({ entanglement }) => fixed(entanglement, 3)),
  ];
  return markup`<section id="benign" aria-labelledby="benign-title"><h2 id="benign-title">Without an attack</h2>
${dataTable(`All ${whole(first.data.images)} images, each looked for among the others`, columns, [{ rows }])}</section>`;
}

function verdicts({ first, second }: Comparison, standings: readonly Standing[], explanations: string): Markup {
  const cell = ({ raised, unchecked, holds }: Standing, id: string): Piece => {
    const found = [...raised, ...unchecked, ...holds].find((verdict) => verdict.id === id);
    return found === undefined ? '' : markup`${chip(found.state)}<p class="small">${found.finding}</p>`;
  };
  const rows = verdictIds.map((id) => [
    markup`<span id="verdict-${id}"><a href="${explanations}#${id}">${verdictTitles[id]}</a></span>`,
    ...standings.map((standing) => cell(standing, id)),
  ]);
  const columns = [
    { head: 'Verdict' },
    { head: first.model.version, kind: 'block' },
    { head: second.model.version, kind: 'block' },
  ] as const;
  return markup`<section id="verdicts" aria-labelledby="verdicts-title"><h2 id="verdicts-title">Verdicts of both</h2>
<div class="both">${dataTable('Each name leads to what it means and what to do', columns, [{ rows }])}</div></section>`;
}

function reproduction(first: AuditReport, second: AuditReport): Markup {
  const side = (name: string, { model, createdAt, setting }: AuditReport): Markup =>
    markup`<dt>${name}</dt><dd>${model.version}, ${model.backbone} network, SHA-256 <code>${model.sha256}</code>; audited ${dateWords(createdAt)} on ${setting.device}</dd>`;
  const { data, setting } = first;
  return markup`<section id="reproduction" aria-labelledby="reproduction-title"><h2 id="reproduction-title">What was compared</h2>
<dl class="facts-table">${side('First', first)}${side('Second', second)}
<dt>Data</dt><dd>${setWords(data)}, SHA-256 <code>${data.sha256}</code></dd>
<dt>Budget</dt><dd>${budgetWords(setting.budget)}</dd></dl></section>`;
}
