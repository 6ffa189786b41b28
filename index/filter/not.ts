import { z } from 'zod';
import { notSql } from './join.ts';
import { parseWith } from './parse.ts';
import type { Not, Operator } from './types.ts';

const schema = z.strictObject({ not: z.unknown() });

/** The filter does not hold; so also where the field is not there. */
export const not: Operator<Not> = {
  parse: (value, at, parseInner) => ({ not: parseInner(parseWith(schema, value, at).not, `${at}.not`) }),
  toSqlite: ({ not: filter }, inner) => notSql(inner(filter)),
  toPostgres: ({ not: filter }, inner) => notSql(inner(filter)),
  matches: ({ not: inner }, _metadata, innerMatches) => !innerMatches(inner),
};
