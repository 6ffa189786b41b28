import { z } from 'zod';
import { fieldPath, jsonPath, valueAt } from './field.ts';
import { parseWith } from './parse.ts';
import { hasSql } from './postgres.ts';
import { equalsSql, scalar } from './scalar.ts';
import type { Eq, Operator } from './types.ts';

const schema = z.strictObject({ field: fieldPath, eq: scalar });

/** The field is there and is this value, of the same type. */
export const eq: Operator<Eq> = {
  parse: (value, at) => parseWith(schema, value, at),
  toSqlite: ({ field, eq: wanted }) =>
    equalsSql('json_type(metadata, ?)', 'json_extract(metadata, ?)', [jsonPath(field)], wanted),
  toPostgres: ({ field, eq: wanted }) => hasSql(field, wanted),
  matches: ({ field, eq: wanted }, metadata) => valueAt(metadata, field) === wanted,
};
