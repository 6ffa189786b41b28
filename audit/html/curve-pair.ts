import { type Markup, markup } from '../../base/markup.ts';
import type { Evidence } from '../evidence.ts';
import { fixed, levels, whole } from '../format.ts';
import { dataTable } from './data-table.ts';
import { type Line, type LinePlot, linePlot } from './line-plot.ts';

export type CurveName = 'epsilonCurve' | 'stepsCurve';

/** A line in both plots. */
export interface Series extends Pick<Line, 'name' | 'className' | 'marker'> {
  /** What it is called over its column of figures. */
  readonly head: string;
  /** Recall at 1 in percent at each point of a curve, in the order of the points. */
  readonly recall: (curve: CurveName) => readonly number[];
}

export interface CurvePairOptions {
  /** Whose points and setting the axes show. */
  readonly evidence: Evidence;
  readonly series: readonly Series[];
  readonly rules: LinePlot['rules'];
  /** The plot in a sentence. */
  readonly summary: (curve: CurveName, axis: string) => string;
}

/** Recall at 1 over epsilon and over steps, each with its figures. */
export function curvePair({ evidence, series, rules, summary }: CurvePairOptions): Markup {
  const { epsilonCurve, stepsCurve, epsilon, steps } = evidence;
  const farthest = Math.max(...epsilonCurve.map(({ at }) => at), epsilon);
  const longest = Math.max(2, ...stepsCurve.map(({ at }) => at), steps);
  const figure = (
    curve: CurveName,
    axis: string,
    note: string,
    write: (at: number) => string,
    plot: Pick<LinePlot, 'here'> & { readonly title: string; place(at: number): number },
  ): Markup => {
    const title = `Recall against ${axis}`;
    const ats = evidence[curve].map(({ at }) => at);
    const lines = series.map(({ recall, ...line }) => ({
      ...line,
      points: recall(curve).map((y, i) => ({ x: ats[i] as number, y })),
    }));
    const x = { title: plot.title, place: plot.place, ticks: ats.map((at) => ({ at, label: write(at) })) };
    const columns = [{ head: axis }, ...series.map(({ head }) => ({ head, kind: 'number' as const }))];
    const rows = ats.map((at, i) => [write(at), ...series.map(({ recall }) => fixed(recall(curve)[i] as number, 1))]);
    const label = `${title}: ${summary(curve, axis)} The table below has all figures.`;
    return markup`<figure><figcaption>${title}<span class="small">${note}</span></figcaption>
${linePlot({ label, x, yTitle: 'R@1 in %', lines, rules, here: plot.here })}
<details><summary>The figures</summary>${dataTable(`${title}: R@1 in percent`, columns, [{ rows }])}</details></figure>`;
  };
  return markup`<div class="plots">${figure('epsilonCurve', 'epsilon', 'At the steps of the audit', levels, {
    title: 'epsilon in levels of 255, square-root scale',
    place: (at) => Math.sqrt(at / farthest),
    here: { x: epsilon, label: `audited: ${levels(epsilon)}` },
  })}${figure('stepsCurve', 'steps', `At epsilon ${levels(epsilon)}/255`, whole, {
    title: 'steps, logarithmic scale',
    place: (at) => Math.log(Math.max(1, at)) / Math.log(longest),
    here: { x: steps, label: `audited: ${whole(steps)}` },
  })}</div>`;
}
