import { z } from 'zod';
import { anySql } from './join.ts';
import { parseWith } from './parse.ts';
import type { Operator, Or } from './types.ts';

const schema = z.strictObject({ or: z.array(z.unknown(), { error: 'must be a list of filters' }) });

/** One of the filters holds; an empty list holds of no record. */
export const or: Operator<Or> = {
  parse: (value, at, parseInner) => {
    const { or: parts } = parseWith(schema, value, at);
    return { or: parts.map((part, i) => parseInner(part, `${at}.or.${i}`)) };
  },
  toSqlite: ({ or: parts }, inner) => anySql(parts.map(inner), '0'),
  toPostgres: ({ or: parts }, inner) => anySql(parts.map(inner), 'FALSE'),
  matches: ({ or: parts }, _metadata, innerMatches) => parts.some(innerMatches),
};
