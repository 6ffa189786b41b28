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
  toSql: ({ and: parts }, innerToSql) => allSql(parts.map(innerToSql)),
  matches: ({ and: parts }, _metadata, innerMatches) => parts.every(innerMatches),
};
