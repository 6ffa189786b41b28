import { type Markup, markup } from '../../base/markup.ts';
import type { CurvePoint, Evidence } from '../evidence.ts';
import { levels, percent, whole } from '../format.ts';
import { dataTable } from './data-table.ts';
import { type Line, type LinePlot, legend, linePlot } from './line-plot.ts';

type Named = Pick<Line, 'name' | 'className' | 'marker'> & { readonly of: keyof CurvePoint['recall'] };

const drawn: readonly Named[] = [
  { of: 'ES', name: 'ES', className: 'es', marker: 'circle' },
  { of: 'LTM', name: 'LTM', className: 'ltm', marker: 'square' },
  { of: 'GTM', name: 'GTM', className: 'gtm', marker: 'triangle' },
  { of: 'worst', name: 'the worst of the three for each query', className: 'worst', marker: 'diamond' },
];

/** Recall at 1 of the sample by how far and how long the adversary may go. */
export function curves(evidence: Evidence): Markup {
  const { epsilonCurve, stepsCurve, epsilon, steps, clean, chance, rows } = evidence;
  const farthest = Math.max(...epsilonCurve.map(({ at }) => at), epsilon);
  const longest = Math.max(2, ...stepsCurve.map(({ at }) => at), steps);
  const rules = [
    { y: 100 * clean, label: 'without an attack', at: 'right' },
    { y: 100 * chance, label: 'chance', at: 'left' },
  ] as const;
  const shared = { yTitle: 'R@1 in %', rules };
  const byEpsilon = figure('Recall against epsilon', 'At the steps of the audit', epsilonCurve, levels, 'epsilon', {
    ...shared,
    x: {
      title: 'epsilon in levels of 255, square-root scale',
      ticks: epsilonCurve.map(({ at }) => ({ at, label: levels(at) })),
      place: (at) => Math.sqrt(at / farthest),
    },
    here: { x: epsilon, label: `audited: ${levels(epsilon)}` },
  });
  const bySteps = figure('Recall against steps', `At epsilon ${levels(epsilon)}/255`, stepsCurve, whole, 'steps', {
    ...shared,
    x: {
      title: 'steps, logarithmic scale',
      ticks: stepsCurve.map(({ at }) => ({ at, label: whole(at) })),
      place: (at) => Math.log(Math.max(1, at)) / Math.log(longest),
    },
    here: { x: steps, label: `audited: ${whole(steps)}` },
  });
  return markup`<section id="curves" aria-labelledby="curves-title"><h2 id="curves-title">How far, and how long</h2>
<p class="lead">On ${whole(rows.length)} of the queries. Recall must fall all the way to chance as epsilon grows, and be level before the audited number of steps.</p>
${legend(drawn)}
<div class="plots">${byEpsilon}${bySteps}</div></section>`;
}

function figure(
  title: string,
  note: string,
  curve: readonly CurvePoint[],
  write: (at: number) => string,
  axis: string,
  plot: Omit<LinePlot, 'label' | 'lines'>,
): Markup {
  const lines = drawn.map((line) => ({
    ...line,
    points: curve.map(({ at, recall }) => ({ x: at, y: 100 * recall[line.of] })),
  }));
  const ends = [curve.at(0), curve.at(-1)].map((point) =>
    point === undefined ? '' : `${percent(point.recall.worst)} % at ${axis} ${write(point.at)}`,
  );
  const label = `${title}: the worst of three attacks leaves ${ends.join(', ')}. The table below has all figures.`;
  const columns = [{ head: axis }, ...['ES', 'LTM', 'GTM', 'worst'].map((head) => ({ head, kind: 'number' as const }))];
  const rows = curve.map(({ at, recall }) => [write(at), ...drawn.map(({ of }) => percent(recall[of]))]);
  return markup`<figure><figcaption>${title}<span class="small">${note}</span></figcaption>
${linePlot({ ...plot, label, lines })}
<details><summary>The figures</summary>${dataTable(`${title}: R@1 in percent`, columns, [{ rows }])}</details></figure>`;
}
