import { type Markup, markup } from '../../base/markup.ts';
import { standingOf } from '../standing.ts';
import type { AuditReport } from '../types.ts';
import { benign } from './benign.ts';
import { curves } from './curves.ts';
import { documentOf } from './document.ts';
import { examples } from './examples.ts';
import { header } from './header.ts';
import { keepingTop } from './keeping-top.ts';
import { measures } from './measures.ts';
import { reproduction } from './reproduction.ts';
import { rivals } from './rivals.ts';
import { rounding } from './rounding.ts';
import { scores } from './scores.ts';
import { soundness } from './soundness.ts';
import { verdicts } from './verdicts.ts';

export interface PageOptions {
  /** Where the verdicts are explained; a verdict's id is the anchor. `docs/verdicts.md` by default; null where nothing can be linked to. */
  readonly explanations?: string | null;
}

/** A report as one page that opens from a file: no script, nothing loaded, all of it in the page. */
export function renderReport(report: AuditReport, { explanations = 'docs/verdicts.md' }: PageOptions = {}): string {
  const standing = standingOf(report.verdicts);
  const { version } = report.model;
  const title = `${standing.believable ? '' : 'Not to be believed yet: '}audit of ${version} on ${report.data.name}`;
  const body = markup`${header(report)}
${scores(report, standing)}
<p class="threat"><strong>Threat model.</strong> ${report.threatModel}</p>
${contents(report)}
${verdicts(standing, explanations)}
${measures(report)}
${benign(report)}
${curves(report.evidence)}
${rivals(report.evidence)}
${rounding(report.evidence)}
${keepingTop(report.evidence)}
${soundness(report.evidence)}
${examples(report)}
${reproduction(report)}`;
  return documentOf(title, body);
}

function contents({ examples: { leastRobust, mostRobust } }: AuditReport): Markup {
  const parts: readonly (readonly [string, string])[] = [
    ['verdicts', 'Verdicts'],
    ['measures', 'Measures'],
    ['benign', 'Without an attack'],
    ['curves', 'Curves'],
    ['rivals', 'White box against others'],
    ['rounding', 'Rounding'],
    ['keeping-top', 'Unseen in the list'],
    ['soundness', 'Soundness'],
    ...(leastRobust.length > 0 ? ([['least', 'Least robust']] as const) : []),
    ...(mostRobust.length > 0 ? ([['most', 'Most robust']] as const) : []),
    ['reproduction', 'Reproduction'],
  ];
  return markup`<nav aria-label="Parts of the report"><ul class="contents">${parts.map(
    ([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav>`;
}
