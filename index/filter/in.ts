import { z } from 'zod';
import { eq } from './eq.ts';
import { fieldPath, valueAt } from './field.ts';
import { anySql } from './join.ts';
import { parseWith } from './parse.ts';
import { scalar } from './scalar.ts';
import type { In, Operator } from './types.ts';

const schema = z.strictObject({ field: fieldPath, in: z.array(scalar, { error: 'must be a list' }) });

/** The field is one of the values; never of an empty list. */
export const oneOf: Operator<In> = {
  parse: (value, at) => parseWith(schema, value, at),
  toSqlite: ({ field, in: values }, inner) =>
    anySql(
      values.map((value) => eq.toSqlite({ field, eq: value }, inner)),
      '0',
    ),
  toPostgres: ({ field, in: values }, inner) =>
    anySql(
      values.map((value) => eq.toPostgres({ field, eq: value }, inner)),
      'FALSE',
    ),
  matches: ({ field, in: values }, metadata) => {
    const value = valueAt(metadata, field);
    return values.some((wanted) => wanted === value);
  },
};
