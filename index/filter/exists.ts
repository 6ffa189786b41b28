import { z } from 'zod';
import { fieldPath, jsonPath, valueAt } from './field.ts';
import { parseWith } from './parse.ts';
import { valueSql } from './postgres.ts';
import type { Exists, Operator } from './types.ts';

const schema = z.strictObject({ field: fieldPath, exists: z.boolean({ error: 'must be true or false' }) });

/** The field is there, or is not; one that is null is there. */
export const exists: Operator<Exists> = {
  parse: (value, at) => parseWith(schema, value, at),
  toSqlite: ({ field, exists: wanted }) => ({
    text: `(json_type(metadata, ?) IS ${wanted ? 'NOT NULL' : 'NULL'})`,
    values: [jsonPath(field)],
  }),
  toPostgres: ({ field, exists: wanted }) => {
    const { text, values } = valueSql(field);
    return { text: `(${text} IS ${wanted ? 'NOT NULL' : 'NULL'})`, values };
  },
  matches: ({ field, exists: wanted }, metadata) => (valueAt(metadata, field) !== undefined) === wanted,
};
