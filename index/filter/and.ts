import { z } from 'zod';
import { allSql } from './join.ts';
import { parseWith } from './parse.ts';
import type { And, Operator } from './types.ts';

const schema = z.strictObject({ and: z.array(z.unknown(), { error: 'must be a list of filters' }) });

/** All of the filters hold; an empty list holds of every record. */
export const and: Operator<And> = {
  parse: (value, at, parseInner) => {
    const { and: parts } = parseWith(schema, value, at);
    return { and: parts.map((part, i) => parseInner(part, `${at}.and.${i}`)) };
  },
  toSqlite: ({ and: parts }, inner) => allSql(parts.map(inner), '1'),
  toPostgres: ({ and: parts }, inner) => allSql(parts.map(inner), 'TRUE'),
  matches: ({ and: parts }, _metadata, innerMatches) => parts.every(innerMatches),
};
