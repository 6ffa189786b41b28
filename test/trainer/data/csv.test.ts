import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../trainer/data/csv.ts';

describe('CSV', () => {
  it.each<[string, string[][] | undefined]>([
    ['', []],
    ['a,b', [['a', 'b']]],
    ['a,b\n', [['a', 'b']]],
    [
      'a,\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a,', [['a', '']]],
    [
      '"x\ny","1,""2"""\r\n\r\nz,w',
      [
        ['x\ny', '1,"2"'],
        ['z', 'w'],
      ],
    ],
    ['"a', undefined],
    ['a"b,c', undefined],
    ['"a"b', undefined],
  ])('%j', (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });
});
