import { z } from 'zod';
import { fieldPath, jsonPath, valueAt } from './field.ts';
import { parseWith } from './parse.ts';
import { hasSql } from './postgres.ts';
import { equalsSql, scalar } from './scalar.ts';
import type { Contains, Operator } from './types.ts';

const schema = z.strictObject({ field: fieldPath, contains: scalar });

/** The field is a list and one of its elements is this value. */
export const contains: Operator<Contains> = {
  parse: (value, at) => parseWith(schema, value, at),
  toSqlite: ({ field, contains: wanted }) => {
    const path = jsonPath(field);
    const element = equalsSql('element.type', 'element.value', [], wanted);
    const text = `(json_type(metadata, ?) IS 'array' AND EXISTS (SELECT 1 FROM json_each(metadata, ?) element WHERE ${element.text}))`;
    return { text, values: [path, path, ...element.values] };
  },
  toPostgres: ({ field, contains: wanted }) => hasSql(field, [wanted]),
  matches: ({ field, contains: wanted }, metadata) => {
    const value = valueAt(metadata, field);
    return Array.isArray(value) && value.some((element) => element === wanted);
  },
};
