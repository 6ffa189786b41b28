import { ersTerm, ofEach } from '../../attack/suite/scores.ts';
import type { Measure } from '../../attack/suite/types.ts';
import { type Markup, markup, type Piece } from '../../base/markup.ts';
import type { Comparison, Difference } from '../compare.ts';
import { favoured, signed, significanceWords } from '../comparison-words.ts';
import { digitsOf, fixed, interval } from '../format.ts';
import { measureWords } from '../measure-words.ts';
import { dataTable } from './data-table.ts';
import { type Whisker, whiskerSvg } from './whisker.ts';

/** The axis ends at a multiple of this. */
const STEP = 10;

/** Every measure of both models, with the difference drawn as ERS counts it: to the right the second is more robust. */
export function differences({ measures, first, second }: Comparison): Markup {
  const whiskers = {
    ...ofEach((measure) => asTerm(measure, measures[measure])),
    'R@1': asTerm('R@1', measures['R@1']),
  };
  const reach = reachOf(Object.values(whiskers));
  const row = (name: Measure | 'R@1', ticks: readonly number[] = []): Piece[] =>
    rowOf(name, measures[name], whiskers[name], reach, ticks);
  const ticks = [-reach, 0, reach];
  const columns = [
    { head: 'Measure' },
    { head: 'First', kind: 'number' },
    { head: 'Second', kind: 'number' },
    { head: 'Difference', kind: 'number' },
    { head: 'In points of ERS: right of the line, the second is more robust', kind: 'plot' },
  ] as const;
  const attacked = Object.values(ofEach((measure) => row(measure, measure === 'GTT' ? ticks : [])));
  return markup`<section id="measures" aria-labelledby="measures-title"><h2 id="measures-title">Measure by measure</h2>
${dataTable(
  `First: ${first.model.version}. Second: ${second.model.version}. Differences are second minus first, with 95 % intervals.`,
  columns,
  [
    { head: 'Without an attack', rows: [row('R@1', ticks)] },
    { head: 'Under attack', rows: attacked },
  ],
)}</section>`;
}

/** How far an axis of differences goes to either side: all the way to the farthest end of an interval, to a round number. */
export function reachOf(whiskers: readonly Whisker[]): number {
  const ends = whiskers.flatMap(({ low, high }) => [low, high].filter(Number.isFinite).map(Math.abs));
  return STEP * Math.ceil(Math.max(STEP, ...ends) / STEP);
}

/** A difference of a measure in points of its term of ERS, which goes up where the second model is more robust. */
function asTerm(measure: Measure | 'R@1', { value, low, high }: Difference): Whisker {
  const points = (by: number): number => (measure === 'R@1' ? by : ersTerm(measure, by) - ersTerm(measure, 0));
  const ends = [points(low), points(high)];
  return { value: points(value), low: Math.min(...ends), high: Math.max(...ends) };
}

function rowOf(
  name: Measure | 'R@1',
  difference: Difference,
  whisker: Whisker,
  reach: number,
  ticks: readonly number[],
): Piece[] {
  const digits = digitsOf(name);
  const { says, robust } = measureWords[name];
  const side = favoured(name, difference);
  const verdict = side === 'neither' ? 'no difference seen' : `the ${side} is more robust`;
  const label = `${name}: ${signed(whisker.value, 1)} points of ERS, from ${signed(whisker.low, 1)} to ${signed(whisker.high, 1)}; ${verdict}`;
  const plot = whiskerSvg({
    from: -reach,
    to: reach,
    origin: 0,
    whisker,
    ticks,
    label,
    className: side === 'neither' ? 'even' : 'main',
  });
  return [
    markup`${name}<span class="small quiet">${says}; ${robust === 'high' ? 'higher' : 'lower'} is more robust.</span>`,
    fixed(difference.first, digits),
    fixed(difference.second, digits),
    markup`<strong>${signed(difference.value, digits)}</strong><br><span class="quiet small">${interval(difference, digits)}<br>${significanceWords(difference.significance)}</span>`,
    plot,
  ];
}
