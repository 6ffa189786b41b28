import { writeFileAtomic } from '../../base/files.ts';
import { markdown } from '../harness.ts';
import type { Agreement, Judged } from './judge.ts';
import { estimateNames } from './judge.ts';
import { scatterSvg } from './scatter-svg.ts';

/** What the figures were made by. */
export interface Provenance {
  readonly command: string;
  readonly commit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly model: string;
  /** In words: which queries of which classes. */
  readonly queries: string;
}

const figure = (value: number, digits = 2): string => (Number.isFinite(value) ? value.toFixed(digits) : '-');

/** The rows of the table that is printed and published. */
export function agreementTable(agreements: readonly Agreement[]): string[][] {
  return [
    ['', 'Spearman', 'within a place', 'median estimate / truth'],
    ...agreements.map(({ name, spearman, within, ratio }) => [
      name,
      figure(spearman, 3),
      figure(within, 3),
      figure(ratio),
    ]),
  ];
}

/** The page: what was done, the table, the plot and the correlation at each place. */
export function resultsPage(
  { command, commit, machine, model, queries }: Provenance,
  agreements: readonly Agreement[],
  plot: string,
): string {
  const about = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  const places = agreements[0]?.places.map((_, i) => String(i + 1)) ?? [];
  const measured = agreements.filter(({ within }) => Number.isFinite(within));
  return [
    '# Robustness estimates against attacks\n',
    `\`${command}\` at commit ${commit}; ${about.join(', ')}. Model ${model}; ${queries}.\n`,
    'The truth is the smallest epsilon at which an attack of 50 steps and 3 restarts pushes a result out of the first ten, by bisection to 5 % or',
    'a twentieth of a level: an upper bound. *Within a place* is the median, over the ten places, of the rank correlation of the',
    'results at that place: how well queries are told apart, to which the place itself adds nothing.\n',
    markdown(agreementTable(agreements)),
    `\n![Estimates over the smallest epsilon found; the dashed lines are half and twice that](${plot})\n`,
    'Rank correlation at each place:\n',
    markdown([
      ['place', ...places],
      ...measured.map(({ name, places: each }) => [name, ...each.map((value) => figure(value))]),
    ]),
    '',
  ].join('\n');
}

/** Writes FILE.json with every pair, and beside it the page and the plot. @param path ends in `.json` */
export function writeResults(
  path: string,
  provenance: Provenance,
  agreements: readonly Agreement[],
  judged: readonly Judged[],
): void {
  const base = path.replace(/\.json$/, '');
  const name = base.split('/').at(-1) ?? base;
  const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(3)));
  const rows = judged.map(
    ({ query, epsilons, margin, gradient }) =>
      `    ${JSON.stringify({ query, epsilons: rounded(epsilons), margin: rounded(margin), gradient: rounded(gradient) })}`,
  );
  const head = JSON.stringify({ ...provenance, agreements }, null, 2).replace(/\n\}$/, '');
  writeFileAtomic(path, `${head},\n  "results": [\n${rows.join(',\n')}\n  ]\n}\n`);
  writeFileAtomic(`${base}.md`, resultsPage(provenance, agreements, `${name}.svg`));
  const panels = estimateNames.map((title) => ({
    title,
    pairs: judged.flatMap((one) => one.epsilons.map((truth, i) => ({ truth, estimate: one[title][i] as number }))),
  }));
  writeFileAtomic(`${base}.svg`, scatterSvg(panels));
}
