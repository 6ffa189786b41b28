import { type Markup, markup, type Piece } from '../../base/markup.ts';
import type { Evidence, SampleScores } from '../evidence.ts';
import { fixed, percent, whole } from '../format.ts';
import { dataTable } from './data-table.ts';

/** What else the verdicts go by: harder attacks on the sample, gradients, repetition, the undefended twin. */
export function soundness(evidence: Evidence): Markup {
  const { scored, bestIterate, doubled, gradients, repeat, twin, clean, epsilonCurve, epsilon, rows } = evidence;
  const worst = epsilonCurve.find(({ at }) => at === epsilon)?.recall.worst ?? Number.NaN;
  const number = (head: string): { head: string; kind: 'number' } => ({ head, kind: 'number' });
  const score = (name: string, { ers, ars }: SampleScores): Piece[] => [name, fixed(ers, 1), fixed(ars, 1)];
  const harder = dataTable(
    `Scores of the sample of ${whole(rows.length)} queries`,
    [{ head: 'Attack' }, number('ERS'), number('ARS')],
    [
      {
        rows: [
          score('As scored', scored),
          score('Best iterate', bestIterate),
          score('Twice the steps and runs', doubled),
        ],
      },
    ],
  );
  const alive = dataTable(
    'Gradients of the pixels, in % of the inputs',
    [{ head: 'Attack' }, number('Inputs'), number('Finite'), number('Not zero')],
    [
      {
        rows: gradients.map(({ attack, inputs, finite, nonZero }) => [
          attack,
          whole(inputs),
          percent(finite / inputs),
          percent(nonZero / inputs),
        ]),
      },
    ],
  );
  const twins = dataTable(
    'R@1 in % without an attack and under the worst of ES, LTM and GTM',
    [{ head: 'Model' }, number('Clean'), number('Attacked')],
    [
      {
        rows: [
          ['This model', percent(clean), percent(worst)],
          twin === null
            ? ['Undefended twin', 'not named', '–']
            : [`Undefended twin, ${twin.version}`, percent(twin.clean), percent(twin.worst)],
        ],
      },
    ],
  );
  return markup`<section id="soundness" aria-labelledby="soundness-title"><h2 id="soundness-title">Is the measurement sound?</h2>
<div class="plots">${harder}${twins}${alive}<p>The largest difference of any number of an embedding is ${small(repeat.again)} between two passes, and ${small(repeat.alone)} between an image alone and among others.</p></div></section>`;
}

/** A tiny number as it is usually written: `2.4e-7`. */
const small = (value: number): string => (value === 0 ? '0' : value.toExponential(1).replace('-', '−'));
