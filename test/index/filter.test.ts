import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterToSql, matchesFilter, parseFilter } from '../../index/filter/index.ts';
import type { Filter } from '../../index/filter/types.ts';
import type { Metadata } from '../../index/types.ts';
import { errorOf } from './support/galleries.ts';

const db = new Database(':memory:');
const KEYS = ['a', 'b', 'größe', 'with space', 'dot.ted', "quote's", '[0]', '$', '__proto__', 'constructor'];
const VALUES = [
  0,
  1,
  -1.5,
  1e21,
  2 ** 60,
  0.1,
  '',
  '0',
  '1',
  'a',
  'ä',
  'x\u0000y',
  '\u{1f600}',
  '\uffee',
  true,
  false,
  null,
];

/** What SQLite says of one record. */
function sqlMatches(filter: Filter, metadata: Metadata | null): boolean {
  const { text, values } = filterToSql(filter);
  const text1 = metadata === null ? null : JSON.stringify(metadata);
  const answer = db
    .prepare(`SELECT ${text} FROM (SELECT ? AS metadata)`)
    .pluck()
    .get(...values, text1);
  expect([0, 1]).toContain(answer);
  return answer === 1;
}

/** Both ways to decide a filter; they have to agree. */
function passes(filter: unknown, metadata: Metadata | null): boolean {
  const parsed = parseFilter(filter);
  const matches = matchesFilter(parsed, metadata);
  expect(sqlMatches(parsed, metadata)).toBe(matches);
  return matches;
}

describe('a filter', () => {
  const cat = { kind: 'cat', age: 7, tame: true, owner: null, tags: ['grey', 3, null], home: { town: 'Ulm' } };

  it.each<[unknown, boolean]>([
    [{ field: 'kind', eq: 'cat' }, true],
    [{ field: 'kind', eq: 'Cat' }, false],
    [{ field: 'age', eq: 7 }, true],
    [{ field: 'age', eq: '7' }, false],
    [{ field: 'tame', eq: true }, true],
    [{ field: 'tame', eq: 1 }, false],
    [{ field: 'tame', eq: false }, false],
    [{ field: 'owner', eq: null }, true],
    [{ field: 'nothing', eq: null }, false],
    [{ field: 'tags', eq: 'grey' }, false],
    [{ field: ['home', 'town'], eq: 'Ulm' }, true],
    [{ field: ['home', 'town', 'x'], eq: 'Ulm' }, false],
    [{ field: ['tags', '0'], eq: 'grey' }, false],
    [{ field: 'kind', in: ['dog', 'cat'] }, true],
    [{ field: 'kind', in: [] }, false],
    [{ field: 'age', in: [1, 7, 'x', null] }, true],
    [{ field: 'owner', in: [null] }, true],
    [{ field: 'age', gte: 7, lt: 8 }, true],
    [{ field: 'age', gt: 7 }, false],
    [{ field: 'age', lte: 7 }, true],
    [{ field: 'age', lt: '8' }, false],
    [{ field: 'kind', gte: 'b', lt: 'd' }, true],
    [{ field: 'tame', gte: 0 }, false],
    [{ field: 'tags', contains: 'grey' }, true],
    [{ field: 'tags', contains: 3 }, true],
    [{ field: 'tags', contains: null }, true],
    [{ field: 'tags', contains: true }, false],
    [{ field: 'kind', contains: 'cat' }, false],
    [{ field: 'home', contains: 'Ulm' }, false],
    [{ field: 'owner', exists: true }, true],
    [{ field: 'home', exists: false }, false],
    [{ field: 'nothing', exists: false }, true],
    [{ not: { field: 'nothing', eq: 1 } }, true],
    [{ not: { field: 'age', gt: 1 } }, false],
    [{ and: [] }, true],
    [{ or: [] }, false],
    [
      {
        and: [
          { field: 'kind', eq: 'cat' },
          {
            or: [
              { field: 'age', gt: 9 },
              { field: 'tame', eq: true },
            ],
          },
        ],
      },
      true,
    ],
  ])('%j of a cat is %s', (filter, expected) => {
    expect(passes(filter, cat)).toBe(expected);
  });

  it('finds no field in a record without metadata', () => {
    expect(passes({ field: 'a', exists: true }, null)).toBe(false);
    expect(passes({ not: { field: 'a', eq: null } }, null)).toBe(true);
    expect(passes({ and: [] }, null)).toBe(true);
  });

  it('compares whole numbers beyond 2^53 as JavaScript does', () => {
    expect(passes({ field: 'n', eq: 2 ** 60 }, { n: 2 ** 60 })).toBe(true);
    expect(passes({ field: 'n', gt: 2 ** 60 }, { n: 2 ** 60 })).toBe(false);
    expect(passes({ field: 'n', eq: 12345678901234567000 }, { n: 12345678901234567000 })).toBe(true);
  });

  it('says the same in SQL and in memory of whatever filter and metadata', () => {
    const scalar = fc.oneof(fc.constantFrom(...VALUES), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const json = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
    const flat = fc.dictionary(fc.constantFrom(...KEYS), json);
    const metadata = fc.option(fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(json, flat)));
    const key = fc.constantFrom(...KEYS);
    const field = fc.oneof(key, fc.array(key, { minLength: 1, maxLength: 3 }));
    const bound = fc.constantFrom(...VALUES.filter((value) => typeof value === 'number' || typeof value === 'string'));
    const comparison = fc.constantFrom('gt', 'gte', 'lt', 'lte');
    const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
      filter: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.record({ field, eq: scalar }),
        fc.record({ field, in: fc.array(scalar, { maxLength: 4 }) }),
        fc.record({ field, contains: scalar }),
        fc.record({ field, exists: fc.boolean() }),
        fc.tuple(field, comparison, bound).map(([at, name, value]) => ({ field: at, [name]: value })),
        fc.record({ not: tie('filter') }),
        fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
      ),
    }));
    let held = 0;
    const property = fc.property(filter, metadata, (given, record) => {
      held += Number(passes(given, record));
    });
    fc.assert(property, { seed: 6, numRuns: 1000 });
    expect(held).toBeGreaterThan(100);
  });
});

describe('a filter that is wrong', () => {
  const deep = (depth: number): Filter =>
    Array.from({ length: depth }).reduce<Filter>((inner) => ({ not: inner }), { and: [] });

  it.each<[string, unknown, string]>([
    ['no object', 'kind = cat', 'filter: must be a JSON object'],
    ['a list', [], 'filter: must be a JSON object'],
    ['of no kind', { field: 'a' }, 'filter: must have one of eq, in, contains, exists, gt'],
    ['of an unknown kind', { field: 'a', like: 'b' }, 'like'],
    ['of two kinds', { field: 'a', eq: 1, exists: true }, 'exists'],
    ['of two bounds that have two types', { field: 'a', gt: 1, lt: 'b' }, 'bounds of one type'],
    ['without a field', { eq: 1 }, 'filter.field'],
    ['with an empty path', { field: [], eq: 1 }, 'filter.field'],
    ['with a long path', { field: Array.from({ length: 9 }, () => 'a'), eq: 1 }, 'filter.field'],
    ['with a quote in its field', { field: 'a"b', eq: 1 }, 'filter.field'],
    ['with a list as value', { field: 'a', eq: [1] }, 'filter.eq'],
    ['with a number that is none', { field: 'a', eq: Number.NaN }, 'filter.eq'],
    ['with half a character', { field: 'a', eq: '\ud800' }, 'filter.eq'],
    ['wrong inside', { and: [{ and: [] }, { or: [{ field: 'a', exists: 1 }] }] }, 'filter.and.1.or.0.exists'],
    ['with members beside', { and: [], field: 'a' }, 'field'],
    ['too deep', deep(16), 'filters inside one another'],
    ['too long', { and: Array.from({ length: 512 }, () => ({ and: [] })) }, 'conditions'],
    ['with too many values', { field: 'a', in: Array.from({ length: 513 }, (_, i) => i) }, 'conditions'],
  ])('(%s) is refused by the place', (_, filter, place) => {
    const error = errorOf(() => parseFilter(filter));
    expect(error.code).toBe('REQUEST_INVALID');
    expect(error.message).toContain(place);
  });

  it('is one only beyond the limits', () => {
    expect(parseFilter(deep(15))).toEqual(deep(15));
    const values = Array.from({ length: 509 }, (_, i) => i);
    const most = {
      and: [
        { field: 'a', in: values },
        { field: 'a', gte: 0, gt: -1, lte: 1, lt: 2 },
      ],
    };
    expect(parseFilter(most)).toEqual(most);
    expect(passes(most, { a: 1 })).toBe(true);
  });
});
