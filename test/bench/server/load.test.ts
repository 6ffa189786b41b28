import { describe, expect, it } from 'vitest';
import { failuresOf, summarise } from '../../../bench/server/load.ts';

const times = (status: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ status, milliseconds: i + 1 }));

describe('a stretch of load', () => {
  it('counts and times what was answered well', () => {
    const { perSecond, p50, p95, p99, failed, refused } = summarise(times(200, 101), 10);
    expect([perSecond, p50, p95, p99, failed, refused]).toEqual([10.1, 51, 96, 100, 0, 0]);
  });

  it('tells refusals from failures, and times them apart', () => {
    const broken = [{ status: 0, milliseconds: Number.NaN }];
    const found = summarise([...times(201, 3), ...times(503, 101), ...times(500, 2), ...broken], 1);
    expect(found).toMatchObject({ perSecond: 3, p99: 2.98, refused: 101, refusedP99: 100, failed: 3 });
  });

  it('says what failed', () => {
    const broken = { status: 0, milliseconds: Number.NaN };
    expect(failuresOf([...times(200, 3), ...times(503, 2), broken])).toBe('2 x 503, 1 x no answer');
    expect(failuresOf(times(201, 3))).toBe('none');
  });

  it('has no times where nothing was answered', () => {
    expect(summarise([], 5)).toMatchObject({ perSecond: 0, p50: Number.NaN, failed: 0 });
  });
});
