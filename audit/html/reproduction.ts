import { type Markup, markup } from '../../base/markup.ts';
import { budgetWords, setWords, whole } from '../format.ts';
import { auditCommand } from '../reproduce.ts';
import type { AuditReport } from '../types.ts';

/** What it takes to get the same figures again. */
export function reproduction(report: AuditReport): Markup {
  const { model, data, setting, createdAt, queries } = report;
  const facts: readonly (readonly [string, Markup])[] = [
    ['Model', markup`${model.version}, SHA-256 <code>${model.sha256}</code>`],
    ['Data', markup`${setWords(data)}, SHA-256 <code>${data.sha256}</code>`],
    ['Budget', markup`${budgetWords(setting.budget)}`],
    ['Protocol', markup`${setting.protocol}`],
    ['Queries', markup`${whole(queries.length)} of ${whole(data.images)}`],
    ['Seed', markup`${setting.seed}`],
    ['Device', markup`${setting.device}`],
    ['Written', markup`${createdAt}`],
  ];
  return markup`<section id="reproduction" aria-labelledby="reproduction-title"><h2 id="reproduction-title">To get these figures again</h2>
<pre><code>${auditCommand(report)}</code></pre>
<dl class="facts-table">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}
