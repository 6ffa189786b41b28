import { z } from 'zod';
import { parseWith } from './parse.ts';
import type { Not, Operator } from './types.ts';

const schema = z.strictObject({ not: z.unknown() });

/** The filter does not hold; so also where the field is not there. */
export const not: Operator<Not> = {
  parse: (value, at, parseInner) => ({ not: parseInner(parseWith(schema, value, at).not, `${at}.not`) }),
  toSql: ({ not: inner }, innerToSql) => {
    const { text, values } = innerToSql(inner);
    return { text: `(NOT ${text})`, values };
  },
  matches: ({ not: inner }, _metadata, innerMatches) => !innerMatches(inner),
};
