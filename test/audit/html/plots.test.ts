import { describe, expect, it } from 'vitest';
import { dumbbellSvg } from '../../../audit/html/dumbbell.ts';
import { legend, linePlot } from '../../../audit/html/line-plot.ts';
import { whiskerSvg } from '../../../audit/html/whisker.ts';

const numbers = (svg: string, pattern: RegExp): number[] => [...svg.matchAll(pattern)].map(([, text]) => Number(text));

describe('a dot with its interval', () => {
  const draw = (value: number, low: number, high: number): string =>
    whiskerSvg({ from: 0, to: 100, whisker: { value, low, high }, label: 'a measure' }).markup;

  it('stands where its value is, between its ends', () => {
    const svg = draw(50, 25, 75);
    expect(numbers(svg, /cx="([\d.]+)"/g)).toEqual([160]);
    expect(numbers(svg, /class="range" x1="([\d.]+)"/g)).toEqual([86, 86, 234]);
    expect(numbers(svg, /class="range".*? x2="([\d.]+)"/g)).toEqual([234, 86, 234]);
  });

  it('stays on the axis', () => {
    expect(numbers(draw(130, -20, 150), /(?:cx|class="range" x1)="([\d.]+)"/g)).toEqual([12, 12, 308, 308]);
  });

  it('is left out where there is no value', () => {
    const svg = draw(Number.NaN, Number.NaN, Number.NaN);
    expect(svg).not.toMatch(/circle|NaN/);
    expect(svg).toContain('class="track"');
  });
});

describe('an attack and what it is compared with', () => {
  it('are a dot, rings and a line from the least to the most', () => {
    const svg = dumbbellSvg({ scored: 50, others: [0, 100], label: 'recall' }).markup;
    expect(numbers(svg, /class="dot" cx="([\d.]+)"/g)).toEqual([160]);
    expect(numbers(svg, /class="ring" cx="([\d.]+)"/g)).toEqual([12, 308]);
    expect(svg).toMatch(/class="between" x1="12" x2="308"/);
  });

  it('are left out where they have no value', () => {
    expect(dumbbellSvg({ scored: Number.NaN, others: [40], label: 'recall' }).markup).not.toMatch(
      /NaN|"dot"|"between"/,
    );
  });
});

describe('lines', () => {
  const plot = (ys: readonly number[], ticks: readonly number[] = [0, 5, 10]): string =>
    linePlot({
      label: 'recall',
      x: { title: 'epsilon', ticks: ticks.map((at) => ({ at, label: `t${at}` })), place: (at) => at / 10 },
      yTitle: 'R@1',
      lines: [{ name: 'ES', className: 'es', marker: 'square', points: ys.map((y, i) => ({ x: 5 * i, y })) }],
      rules: [{ y: 2, label: 'chance', at: 'left' }],
      here: { x: 8, label: 'audited: 8' },
    }).markup;
  const heights = (svg: string): number[] => {
    const [points = ''] = /(?<=<polyline class="curve" points=")[^"]*/.exec(svg) ?? [];
    return points.split(' ').map((pair) => Number(pair.split(',')[1]));
  };

  it('fall as recall falls, from the top of the plot to its bottom', () => {
    expect(heights(plot([100, 50, 0]))).toEqual([30, 135, 240]);
  });

  it('skip points without a value, with a marker for every other', () => {
    const svg = plot([100, Number.NaN, 0]);
    expect(heights(svg)).toEqual([30, 240]);
    expect(svg.match(/<polygon class="dot"/g)).toHaveLength(2);
  });

  it('are compared with levels and the audited setting', () => {
    const svg = plot([100, 50, 0]);
    expect(svg).toMatch(/class="rule".*y1="235.8"/);
    expect(svg).toMatch(/class="here" x1="327.2"/);
    expect(svg).toContain('>audited: 8<');
  });

  it('have ticks that can be read: those too near to the next are left out', () => {
    expect(plot([1], [0, 1, 2, 9.9, 10]).match(/>t[\d.]+</g)).toEqual(['>t0<', '>t1<', '>t2<', '>t10<']);
    expect(plot([1], [0, 0.1, 0.2, 10]).match(/>t[\d.]+</g)).toEqual(['>t0.2<', '>t10<']);
  });

  it('differ in the legend by shape, not by colour alone', () => {
    const shapes = (['circle', 'square', 'triangle', 'diamond'] as const).map((marker) =>
      /<(circle|polygon)[^>]*>/.exec(legend([{ name: 'a & b', className: 'es', marker }]).markup)?.at(0),
    );
    expect(new Set(shapes).size).toBe(4);
    expect(legend([{ name: 'a & b', className: 'es', marker: 'circle' }]).markup).toContain('a &amp; b');
  });
});
