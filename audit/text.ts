import { ofEach } from '../attack/suite/scores.ts';
import type { Measure } from '../attack/suite/types.ts';
import { mean } from '../base/statistics.ts';
import { table } from '../base/terminal.ts';
import type { KeepingTop } from './evidence.ts';
import { budgetWords, digitsOf, fixed, interval, percent, whole } from './format.ts';
import { measureWords } from './measure-words.ts';
import { type Standing, standingOf } from './standing.ts';
import type { AuditReport, Verdict } from './types.ts';

/** A report for the terminal: the verdicts in words, the scores beside their state, the ten measures. */
export function reportText(report: AuditReport): string {
  const { model, data, setting, queries, benign } = report;
  const standing = standingOf(report.verdicts);
  const nmi = benign.nmi === null ? '' : `, NMI ${percent(benign.nmi)} %`;
  return [
    `Audit of ${model.version} on ${data.name} (${data.split}, ${whole(data.images)} images of ${whole(data.classes)} classes)`,
    `profile ${setting.profile}, protocol ${setting.protocol}, ${whole(queries.length)} queries, seed ${setting.seed}`,
    budgetWords(setting.budget),
    report.threatModel,
    '',
    ...standingLines(standing),
    '',
    scoreLines(report, standing.brief),
    '',
    measureLines(report),
    '',
    ...report.evidence.keepingTop.map(keepingTopLine),
    `Without an attack: R@1 ${percent(benign.recallAt1)} %, R@2 ${percent(benign.recallAt2)} %, mAP ${percent(benign.meanAveragePrecision)} %${nmi}`,
    '',
  ].join('\n');
}

/** What the verdicts say; each that does not hold on a line of its own. */
export function standingLines({ raised, unchecked, headline }: Standing): string[] {
  const line = ({ id, state, finding }: Verdict): string => `  ${state.padEnd(9)}  ${id}: ${finding}`;
  const open = [...raised, ...unchecked].map(line);
  return [headline, ...open, ...(open.length > 0 ? ['  docs/verdicts.md says what each means and what to do.'] : [])];
}

function scoreLines({ ers, ars }: AuditReport, brief: string): string {
  return table([
    ['score', 'value', '95 % interval', 'verdicts'],
    ['ERS', fixed(ers.value, 1), interval(ers, 1), brief],
    ['ARS', fixed(ars.value, 1), interval(ars, 1), brief],
  ]);
}

function keepingTopLine({ attack, before, after, keptBefore, keptAfter }: KeepingTop): string {
  const [from, to, keptFrom, keptTo] = [before, after, keptBefore, keptAfter].map((places) => percent(mean(places)));
  return `${attack} (outside the scores): the image aimed at from ${from} to ${to} % of the list, those to be kept from ${keptFrom} to ${keptTo} %`;
}

function measureLines({ measures }: AuditReport): string {
  const row = (measure: Measure | 'R@1'): string[] => {
    const digits = digitsOf(measure);
    const { robust, unit } = measureWords[measure];
    return [measure, fixed(measures[measure].value, digits), unit, interval(measures[measure], digits), robust];
  };
  return table([
    ['measure', 'value', 'unit', '95 % interval', 'robust is'],
    row('R@1'),
    ...Object.values(ofEach((measure) => row(measure))),
  ]);
}
