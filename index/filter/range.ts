import { z } from 'zod';
import { fieldPath, jsonPath, valueAt } from './field.ts';
import { allSql } from './join.ts';
import { parseWith } from './parse.ts';
import { compareSql } from './postgres.ts';
import { isNumberSql, text } from './scalar.ts';
import type { Operator, Range, Sql } from './types.ts';

const bound = z.union([text, z.number()], { error: 'must be a finite number or a text of at most 1024 characters' });
const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
type Comparison = keyof typeof COMPARISONS;

const schema = z
  .strictObject({
    field: fieldPath,
    gt: bound.optional(),
    gte: bound.optional(),
    lt: bound.optional(),
    lte: bound.optional(),
  })
  .refine((range) => boundsOf(range).length > 0, 'must have one of eq, in, contains, exists, gt, gte, lt, lte')
  .refine(
    (range) => new Set(boundsOf(range).map(([, value]) => typeof value)).size < 2,
    'must have bounds of one type',
  );

/** The field is a number, or a text, within the bounds. */
export const range: Operator<Range> = {
  parse: (value, at) => parseWith(schema, value, at),
  toSqlite: (filter) =>
    allSql(
      boundsOf(filter).map(([name, value]) => boundSql(jsonPath(filter.field), name, value)),
      '1',
    ),
  toPostgres: (filter) =>
    allSql(
      boundsOf(filter).map(([name, value]) => compareSql(filter.field, COMPARISONS[name], value)),
      'TRUE',
    ),
  matches: (filter, metadata) => {
    const value = valueAt(metadata, filter.field);
    return boundsOf(filter).every(([name, limit]) => isWithin(value, name, limit));
  },
};

function boundsOf(filter: { readonly [name in Comparison]?: number | string | undefined }) {
  return (['gt', 'gte', 'lt', 'lte'] as const).flatMap((name): [Comparison, number | string][] => {
    const value = filter[name];
    return value === undefined ? [] : [[name, value]];
  });
}

function boundSql(path: string, name: Comparison, limit: number | string): Sql {
  const type = 'json_type(metadata, ?)';
  const value = 'json_extract(metadata, ?)';
  const values = [path, path, limit];
  const comparison = COMPARISONS[name];
  if (typeof limit === 'number') {
    return { text: `(${isNumberSql(type)} AND CAST(${value} AS REAL) ${comparison} ?)`, values };
  }
  return { text: `(${type} IS 'text' AND ${value} ${comparison} ?)`, values };
}

function isWithin(value: unknown, name: Comparison, limit: number | string): boolean {
  const order = compare(value, limit);
  if (order === undefined) return false;
  const inclusive = name === 'gte' || name === 'lte';
  if (order === 0) return inclusive;
  return name === 'gt' || name === 'gte' ? order > 0 : order < 0;
}

/** The order of two values of one type; SQLite compares the bytes of UTF-8, which is by code point. */
function compare(value: unknown, limit: number | string): number | undefined {
  if (typeof value === 'number' && typeof limit === 'number') return Math.sign(value - limit);
  if (typeof value === 'string' && typeof limit === 'string')
    return Buffer.compare(Buffer.from(value), Buffer.from(limit));
  return undefined;
}
