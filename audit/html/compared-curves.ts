import { type Markup, markup } from '../../base/markup.ts';
import type { Comparison } from '../compare.ts';
import { percent, whole } from '../format.ts';
import type { AuditReport } from '../types.ts';
import { curvePair, type Series } from './curve-pair.ts';
import { legend } from './line-plot.ts';

/** The curves of two models in the same plots: recall at 1 under the worst of three attacks for each query. */
export function comparedCurves({ first, second }: Pick<Comparison, 'first' | 'second'>): Markup {
  const series = [
    seriesOf(first, { className: 'gtm', marker: 'triangle' }),
    seriesOf(second, { className: 'es', marker: 'circle' }),
  ];
  const { evidence } = second;
  const pair = curvePair({
    evidence,
    series,
    rules: [{ y: 100 * evidence.chance, label: 'chance', at: 'left' }],
    summary: (curve) =>
      `at its end the worst of three attacks leaves ${[first, second]
        .map(
          (report) =>
            `${percent(report.evidence[curve].at(-1)?.recall.worst ?? Number.NaN)} % of ${report.model.version}`,
        )
        .join(' and ')}.`,
  });
  return markup`<section id="curves" aria-labelledby="curves-title"><h2 id="curves-title">How far, and how long</h2>
<p class="lead">R@1 under the worst of ES, LTM and GTM for each query, on ${whole(evidence.rows.length)} of the queries.</p>
${legend(series)}
${pair}</section>`;
}

function seriesOf({ model, evidence }: AuditReport, look: Pick<Series, 'className' | 'marker'>): Series {
  const recall: Series['recall'] = (curve) => evidence[curve].map((point) => 100 * point.recall.worst);
  return { ...look, name: model.version, head: model.version, recall };
}
