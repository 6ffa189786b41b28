import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterToPostgres, matchesFilter, parseFilter } from '../../../index/filter/index.ts';
import { numberSql } from '../../../index/filter/postgres.ts';
import { jsonToPostgres } from '../../../index/shared/postgres/text.ts';
import type { Metadata } from '../../../index/types.ts';
import { arbitraries, CASES, CAT } from '../support/filters.ts';
import { databaseForTests } from './support/database.ts';
import { startPglite } from './support/pglite.ts';

const database = databaseForTests(startPglite, 1);

/** What PostgreSQL says of one record. */
async function sqlMatches(given: unknown, metadata: Metadata | null): Promise<unknown> {
  const filter = parseFilter(given);
  const sql = filterToPostgres(filter);
  const fields = jsonToPostgres(JSON.stringify(metadata ?? {}));
  const text = `SELECT ${numberSql(sql, 2)} AS passes FROM (SELECT $1::jsonb AS fields) AS records`;
  const [row] = await database().query<{ passes: unknown }>(text, [fields, ...sql.values]);
  expect(row?.passes).toBe(matchesFilter(filter, metadata));
  return row?.passes;
}

describe('a filter in PostgreSQL', () => {
  it.each(CASES)('%j of a cat is %s', async (filter, expected) => {
    expect(await sqlMatches(filter, CAT)).toBe(expected);
  });

  it('compares numbers as JavaScript does', async () => {
    for (const n of [2 ** 60, 12345678901234567000, 5e-324, 1e308, 0.1]) {
      expect(await sqlMatches({ field: 'n', eq: n }, { n })).toBe(true);
      expect(await sqlMatches({ field: 'n', gte: n, lte: n }, { n })).toBe(true);
      expect(await sqlMatches({ field: 'n', gt: n }, { n })).toBe(false);
    }
  });

  it('tells half a character from all that may be asked for', async () => {
    const metadata = { half: '\ud800', list: ['\udc00'] };
    for (const text of ['\ufffd', '\u0001', '\ufffd\u0001\u0003', '']) {
      expect(await sqlMatches({ field: 'half', eq: text }, metadata)).toBe(false);
      expect(await sqlMatches({ field: 'list', contains: text }, metadata)).toBe(false);
    }
    expect(await sqlMatches({ field: 'half', exists: true }, metadata)).toBe(true);
  });

  it('keeps the order of code points around U+0000', async () => {
    const texts = [
      '',
      '\u0000',
      '\u0000\u0000',
      '\u0000\u0001',
      '\u0001',
      '\u0001\u0000',
      '\u0001\u0002',
      '\u0002',
      'a',
    ];
    for (const [i, text] of texts.entries()) {
      for (const [j, limit] of texts.entries()) {
        expect(await sqlMatches({ field: 'a', lt: limit }, { a: text })).toBe(i < j);
        expect(await sqlMatches({ field: 'a', eq: limit }, { a: text })).toBe(i === j);
      }
    }
  });

  it('says the same as in memory of whatever filter and metadata', async () => {
    const { filter, metadata } = arbitraries();
    let held = 0;
    const property = fc.asyncProperty(filter, metadata, async (given, record) => {
      held += Number(await sqlMatches(given, record));
    });
    await fc.assert(property, { seed: 7, numRuns: 400 });
    expect(held).toBeGreaterThan(40);
  });
});
