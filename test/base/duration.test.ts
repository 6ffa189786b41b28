import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../base/duration.ts';

describe('durations', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['1.5h', 5400],
    ['1h30m', 5400],
  ])('reads %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '15', 'm', '-3m', '1d', '1m x', '1h 30m'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, '0s'],
    [59.6, '1m00s'],
    [185, '3m05s'],
    [3725, '1h02m'],
    [-4, '0s'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
