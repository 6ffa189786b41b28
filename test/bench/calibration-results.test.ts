import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withinPlaces } from '../../bench/calibration/agreement.ts';
import { judge } from '../../bench/calibration/judge.ts';
import { agreementTable, writeResults } from '../../bench/calibration/results.ts';
import { scatterSvg } from '../../bench/calibration/scatter-svg.ts';
import { knownTruths } from '../../bench/calibration/truth.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-calibration-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three queries of two places: `margin` gets the queries wrong and the places right, `gradient` is half the truth. */
const judged = [
  { query: 7, epsilons: [8, 1], margin: [12, 3], gradient: [4, 0.5] },
  { query: 8, epsilons: [10, 2], margin: [11, 2], gradient: [5, 1] },
  { query: 9, epsilons: [12, 3], margin: [10, 1], gradient: [6, 1.5] },
];

describe('agreement within places', () => {
  it('is that of the queries at each place', () => {
    const truths = judged.map(({ epsilons }) => epsilons);
    const margins = judged.map(({ margin }) => margin);
    expect(withinPlaces(truths, truths)).toEqual({ places: [1, 1], median: 1 });
    const reversed = withinPlaces(margins, truths);
    for (const place of reversed.places) expect(place).toBeCloseTo(-1, 12);
    expect(reversed.median).toBeCloseTo(-1, 12);
  });

  it('tells an estimate that knows only the place from one that knows the query', () => {
    const [margin, gradient, place] = judge(judged);
    expect(margin?.spearman).toBeGreaterThan(0.5);
    expect(margin?.within).toBeCloseTo(-1, 12);
    expect(gradient).toMatchObject({ name: 'gradient', ratio: 0.5 });
    expect(gradient?.within).toBeCloseTo(1, 12);
    expect(place?.spearman).toBeGreaterThan(0.5);
    expect(place?.within).toBeNaN();
  });
});

describe('the results', () => {
  const provenance = {
    command: 'npm run bench:calibration -- --known',
    commit: 'abc1234',
    machine: { date: '2026-01-02', cores: 2 },
    model: 'test-1',
    queries: '3 queries',
  };

  it('say "-" where there is no figure', () => {
    expect(agreementTable(judge(judged)).at(-1)).toEqual([
      'place alone',
      expect.stringMatching(/^0\.\d{3}$/),
      '-',
      '-',
    ]);
  });

  it('are a page, a plot and every pair', () => {
    const path = join(folder, 'calibration.json');
    writeResults(path, provenance, judge(judged), judged);
    const { results, commit, agreements } = JSON.parse(readFileSync(path, 'utf8'));
    expect(results).toEqual(judged);
    expect(commit).toBe('abc1234');
    expect(agreements[1].ratio).toBe(0.5);
    const page = readFileSync(join(folder, 'calibration.md'), 'utf8');
    expect(page).toContain('npm run bench:calibration -- --known');
    expect(page).toContain('date 2026-01-02, cores 2');
    expect(page).toContain('(calibration.svg)');
    expect(page).toContain('| gradient | 1.000 | 1.000 | 0.50 |');
    expect(page).toContain('| margin | -1.00 | -1.00 |');
    expect(readFileSync(join(folder, 'calibration.svg'), 'utf8').match(/<circle/g)).toHaveLength(12);
  });
});

describe('the plot', () => {
  const centres = (estimate: number, truth: number): number[] => {
    const svg = scatterSvg([{ title: 'one', pairs: [{ estimate, truth }] }]);
    const [, x, y] = /cx="([\d.]+)" cy="([\d.]+)"/.exec(svg) ?? [];
    return [Number(x), Number(y)];
  };

  it('has equal estimates and truths on its diagonal, larger estimates above', () => {
    const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0]] = [centres(1, 1), centres(4, 4)];
    expect(x2 - x1).toBeGreaterThan(0);
    expect(y1 - y2).toBeCloseTo(x2 - x1, 6);
    expect(centres(8, 4)[1]).toBeLessThan(y2);
  });

  it('draws what is beyond the axes at their ends', () => {
    expect(centres(255, 0)).toEqual(centres(64, 1 / 32));
  });
});

describe('the truths that are known', () => {
  it('are given in the order of the queries, without those that are missing or cut short', () => {
    const path = join(folder, 'truths.jsonl');
    writeFileSync(path, '{"query":1,"epsilons":[1]}\n{"query":2,"epsilons":[2]}\n{"query":3,"eps');
    expect(knownTruths([3, 2, 1], path).map(({ query }) => query)).toEqual([2, 1]);
    expect(knownTruths([1], join(folder, 'nothing.jsonl'))).toEqual([]);
  });
});
