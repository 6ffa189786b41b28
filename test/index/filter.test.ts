import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterToSqlite, matchesFilter, parseFilter } from '../../index/filter/index.ts';
import type { Filter } from '../../index/filter/types.ts';
import type { Metadata } from '../../index/types.ts';
import { arbitraries, CASES, CAT } from './support/filters.ts';
import { errorOf } from './support/galleries.ts';

const db = new Database(':memory:');
/** What SQLite says of one record. */
function sqlMatches(filter: Filter, metadata: Metadata | null): boolean {
  const { text, values } = filterToSqlite(filter);
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
  it.each(CASES)('%j of a cat is %s', (filter, expected) => {
    expect(passes(filter, CAT)).toBe(expected);
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
    const { filter, metadata } = arbitraries();
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
