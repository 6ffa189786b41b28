import { type Markup, markup } from '../../base/markup.ts';
import type { CurvePoint, Evidence } from '../evidence.ts';
import { levels, percent, whole } from '../format.ts';
import { curvePair, type Series } from './curve-pair.ts';
import { legend } from './line-plot.ts';

const drawn: readonly (Pick<Series, 'name' | 'className' | 'marker'> & { readonly of: keyof CurvePoint['recall'] })[] =
  [
    { of: 'ES', name: 'ES', className: 'es', marker: 'circle' },
    { of: 'LTM', name: 'LTM', className: 'ltm', marker: 'square' },
    { of: 'GTM', name: 'GTM', className: 'gtm', marker: 'triangle' },
    { of: 'worst', name: 'the worst of the three for each query', className: 'worst', marker: 'diamond' },
  ];

/** Recall at 1 of the sample by how far and how long the adversary may go. */
export function curves(evidence: Evidence): Markup {
  const { clean, chance, rows } = evidence;
  const pair = curvePair({
    evidence,
    series: drawn.map(({ of, ...line }) => ({
      ...line,
      head: of,
      recall: (curve) => evidence[curve].map(({ recall }) => 100 * recall[of]),
    })),
    rules: [
      { y: 100 * clean, label: 'without an attack', at: 'right' },
      { y: 100 * chance, label: 'chance', at: 'left' },
    ],
    summary(curve, axis) {
      const write = curve === 'epsilonCurve' ? levels : whole;
      const ends = [evidence[curve].at(0), evidence[curve].at(-1)].map((point) =>
        point === undefined ? '' : `${percent(point.recall.worst)} % at ${axis} ${write(point.at)}`,
      );
      return `the worst of three attacks leaves ${ends.join(', ')}.`;
    },
  });
  return markup`<section id="curves" aria-labelledby="curves-title"><h2 id="curves-title">How far, and how long</h2>
<p class="lead">On ${whole(rows.length)} of the queries. Recall must fall all the way to chance as epsilon grows, and be level before the audited number of steps.</p>
${legend(drawn)}
${pair}</section>`;
}
