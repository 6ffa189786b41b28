import { describe, expect, it } from 'vitest';
import { count, decimal, distance, duration, nameOf } from '../../../client/console/words.ts';

describe('words and numbers of the page', () => {
  it('a record is called by its label, else by its id', () => {
    expect(nameOf({ id: 'noto:cat', label: 'cat' })).toBe('cat');
    expect(nameOf({ id: 'noto:cat', label: null })).toBe('noto:cat');
  });

  it.each([
    [0, '0 results'],
    [1, '1 result'],
    [2, '2 results'],
    [2938, '2,938 results'],
  ])('%d counts as "%s"', (number, words) => {
    expect(count(number, 'result')).toBe(words);
  });

  it('decimals have no trailing zeros, distances always three', () => {
    expect([decimal(8, 1), decimal(1.314, 2), decimal(0.04, 1)]).toEqual(['8', '1.31', '0']);
    expect([distance(0), distance(1.23456)]).toEqual(['0.000', '1.235']);
  });

  it('long durations are in seconds', () => {
    expect([duration(7.4), duration(999), duration(1420)]).toEqual(['7 ms', '999 ms', '1.4 s']);
  });
});
