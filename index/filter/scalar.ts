import { z } from 'zod';
import type { Scalar, Sql } from './types.ts';

/** A text that SQLite keeps as it is. */
export const text = z
  .string()
  .refine((value) => !/\p{Surrogate}/u.test(value), 'must be Unicode')
  .max(1024, 'must have at most 1024 characters');

export const scalar = z.union([text, z.number(), z.boolean(), z.null()], {
  error: 'must be a text of at most 1024 characters, a finite number, true, false or null',
});

/**
 * Whether the value of an expression of JSON is this scalar. SQLite reads `true` as 1 and has whole numbers of 64 bits,
 * hence the types and the cast.
 * @param type SQL for the JSON type of the value. @param value SQL for the value. Each has `path` as its placeholders.
 */
export function equalsSql(type: string, value: string, path: readonly string[], wanted: Scalar): Sql {
  if (wanted === null || typeof wanted === 'boolean') return { text: `(${type} IS '${wanted}')`, values: path };
  if (typeof wanted === 'string') {
    return { text: `(${type} IS 'text' AND ${value} IS ?)`, values: [...path, ...path, wanted] };
  }
  return { text: `(${isNumberSql(type)} AND CAST(${value} AS REAL) IS ?)`, values: [...path, ...path, wanted] };
}

/** Whether a JSON type is that of a number; 0 or 1 also where there is no value. */
export function isNumberSql(type: string): string {
  return `ifnull(${type} IN ('integer', 'real'), 0)`;
}
