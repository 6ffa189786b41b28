import { describe, expect, it } from 'vitest';
import { rowDistances, spreadOf, unitRows } from '../../attack/rows.ts';
import { createRandom } from '../../base/random.ts';
import { ndarray } from '../../engine/arrays.ts';

const random = createRandom('rows');
const raw = ndarray(
  Float32Array.from({ length: 7 * 5 }, () => random.normal()),
  [7, 5],
);
const rowsOf = ({ data }: { readonly data: ArrayLike<number> }): number[][] =>
  Array.from({ length: 7 }, (_, i) => Array.from(data).slice(5 * i, 5 * i + 5));

describe('rows', () => {
  it.each([
    ['raw', raw],
    ['unit', unitRows(raw)],
  ])('lie as far apart as all pairs say, one by one: %s', (_, given) => {
    const rows = rowsOf(given);
    const squares = rows.flatMap((a, i) =>
      rows.flatMap((b, j) => (i === j ? [] : [a.reduce((sum, v, d) => sum + (v - (b[d] as number)) ** 2, 0)])),
    );
    const { meanDistance, variance } = spreadOf(given);
    expect(meanDistance).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b) / squares.length), 6);
    const variances = [0, 1, 2, 3, 4].map((d) => {
      const column = rows.map((row) => row[d] as number);
      const mean = column.reduce((a, b) => a + b) / 7;
      return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7;
    });
    expect(variance).toBeCloseTo(variances.reduce((a, b) => a + b) / 5, 6);
  });

  it('that are all the same have no spread', () => {
    const same = ndarray(
      Float32Array.from({ length: 12 }, (_, i) => [0.6, 0, 0.8][i % 3] as number),
      [4, 3],
    );
    expect(spreadOf(same).meanDistance).toBeCloseTo(0, 3);
    expect(spreadOf(same).variance).toBeCloseTo(0, 6);
  });

  it('are compared pair by pair, by each metric', () => {
    const unit = unitRows(raw);
    const rows = rowsOf(unit);
    const dot = (i: number, j: number): number =>
      (rows[i] ?? []).reduce((sum, v, d) => sum + v * (rows[j]?.[d] ?? 0), 0);
    const [from, to] = [
      [0, 2, 4],
      [1, 6, 5],
    ] as const;
    const cosines = from.map((row, k) => 1 - dot(row, to[k] as number));
    rowDistances(unit, from, to, 'C').forEach((value, k) => {
      expect(value).toBeCloseTo(cosines[k] as number, 6);
    });
    rowDistances(unit, from, to, 'N').forEach((value, k) => {
      expect(value).toBeCloseTo(Math.sqrt(2 * (cosines[k] as number)), 5);
    });
    expect(rowDistances(raw, from, to, 'E')[0]).toBeCloseTo(
      Math.hypot(...(rowsOf(raw)[0] ?? []).map((v, d) => v - (rowsOf(raw)[1]?.[d] ?? 0))),
      6,
    );
  });
});
