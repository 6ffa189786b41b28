import { ofEach } from '../attack/suite/scores.ts';
import type { Measure } from '../attack/suite/types.ts';
import { table } from '../base/terminal.ts';
import type { Comparison, Difference } from './compare.ts';
import { chanceNote, conclusion, favoured, signed, significanceWords } from './comparison-words.ts';
import { budgetWords, digitsOf, fixed, interval, whole } from './format.ts';
import { standingOf } from './standing.ts';
import { standingLines } from './text.ts';
import type { AuditReport } from './types.ts';

/** A comparison for the terminal: what it says, the verdicts of both, every difference. */
export function comparisonText(comparison: Comparison): string {
  const { first, second, measures } = comparison;
  const { data, setting, queries } = first;
  return [
    `First ${first.model.version}, second ${second.model.version}, on ${data.name} (${data.split}), ${whole(queries.length)} queries`,
    `profile ${setting.profile}, protocol ${setting.protocol}, seed ${setting.seed}; ${budgetWords(setting.budget)}`,
    '',
    conclusion(comparison),
    '',
    ...[first, second].flatMap(standingOfSide),
    '',
    table([
      ['', 'first', 'second', 'difference', '95 % interval', 'significance', 'more robust'],
      row('ERS', comparison.ers),
      row('ARS', comparison.ars),
      row('R@1', measures['R@1']),
      ...Object.values(ofEach((measure) => row(measure, measures[measure]))),
    ]),
    '',
    chanceNote,
    '',
  ].join('\n');
}

function standingOfSide({ model, verdicts }: AuditReport): string[] {
  const [headline = '', ...lines] = standingLines(standingOf(verdicts));
  return [`${model.version}: ${headline}`, ...lines];
}

function row(name: Measure | 'R@1' | 'ERS' | 'ARS', difference: Difference): string[] {
  const digits = digitsOf(name);
  return [
    name,
    fixed(difference.first, digits),
    fixed(difference.second, digits),
    signed(difference.value, digits),
    interval(difference, digits),
    significanceWords(difference.significance),
    favoured(name, difference),
  ];
}
