import { writeFileAtomic } from '../../base/files.ts';
import { markdown } from '../harness.ts';
import { FEW, SCORES } from './black-box.ts';
import { type Cell, nameOf } from './cells.ts';
import { type Judgement, judge } from './judge.ts';
import { rocOf } from './roc.ts';

/** What was found of one model. */
export interface Findings {
  readonly model: string;
  /** Statistics of queries that nobody attacked; none of them was calibrated on. */
  readonly innocent: readonly number[];
  readonly threshold: number;
  readonly calibratedOn: number;
  readonly cells: readonly Cell[];
}

const percent = (share: number, digits = 1): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : '-';
const harmText = (cell: Cell, harm: number): string =>
  !Number.isFinite(harm) ? '-' : cell.attack.aim === 'es' ? harm.toFixed(3) : percent(harm, 2);

/** The rows of the table that is printed and published. */
export function rowsOf({ innocent, threshold, cells }: Findings): string[][] {
  return [
    ['', 'area', 'suspicious', 'at 1 %', 'at 5 %', 'harm', 'harm unseen'],
    ...cells.map((cell) => {
      const found: Judgement = judge(innocent, threshold, cell);
      return [
        nameOf(cell.attack),
        found.area.toFixed(3),
        ...[found.found, found.atOne, found.atFive].map((share) => percent(share)),
        harmText(cell, found.harm),
        harmText(cell, found.unseen),
      ];
    }),
  ];
}

/** The share of innocent queries that are suspicious. */
export function falseAlarms({ innocent, threshold }: Findings): number {
  return innocent.filter((value) => value > threshold).length / innocent.length;
}

const LEGEND = `*area* is that under the receiver operating characteristic against innocent queries of the same classes: 0.5 is a guess. *suspicious* is the share of attacked queries that the server
calls so; *at 1 %* and *at 5 %* are read off the curve. *harm* of ES is how far the embedding went (0 to 2); of QA+ and QA- it is the mean place of the candidate as a share of the
gallery, which QA+ wants at 0 % (it begins near 50 %) and QA- at 100 % (it begins at 0 %). *harm unseen* is that of the attacked queries that are not suspicious. *aware* adversaries know
detector and calibration, differentiate through both (JPEG and rounding straight through), and count in their objective, with this weight, what the statistic has above the threshold. *square* and *nes* are told distances and no gradient:
${SCORES.toLocaleString('en')} for each of the first ${FEW} queries. *then JPEG 90* is the attacked picture, or the innocent one (*nobody*), stored as a JPEG of that quality and read back before it is sent; its harm is what is left.`;

/** One page for the models, with what it was made by. */
export function page(
  about: Readonly<{ command: string; commit: string; machine: Readonly<Record<string, string | number>> }>,
  findings: readonly Findings[],
): string {
  const machine = Object.entries(about.machine).map(([name, value]) => `${name} ${value}`);
  const sections = findings.map((one) => {
    const alarms = `${percent(falseAlarms(one))} of ${one.innocent.length} innocent queries are suspicious; calibrated on ${one.calibratedOn} other pictures.`;
    return `## ${one.model}\n\n${alarms}\n\n${markdown(rowsOf(one))}\n`;
  });
  const head = `\`${about.command}\` at commit ${about.commit}; ${machine.join(', ')}.`;
  return [`# Suspicion against attacks\n`, `${head}\n`, `${LEGEND}\n`, ...sections].join('\n');
}

/** Writes FILE.json with the curves and every statistic, and the page beside it. @param path ends in `.json` */
export function writeResults(path: string, about: Parameters<typeof page>[0], findings: readonly Findings[]): void {
  const rounded = (value: number): number => Number(value.toPrecision(4));
  const models = findings.map(({ cells, innocent, ...rest }) => ({
    ...rest,
    innocent: innocent.map(rounded),
    attacks: cells.map((cell) => ({
      name: nameOf(cell.attack),
      statistics: cell.statistics.map(rounded),
      roc: rocOf(innocent, cell.statistics)
        .filter(({ falsePositives }) => falsePositives <= 0.2)
        .map(({ falsePositives, truePositives }) => [rounded(falsePositives), rounded(truePositives)]),
    })),
  }));
  writeFileAtomic(path, `${JSON.stringify({ ...about, models })}\n`);
  writeFileAtomic(path.replace(/\.json$/, '.md'), page(about, findings));
}
