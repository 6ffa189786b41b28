import { createHash } from 'node:crypto';
import type { FieldPath, Scalar } from '../../filter/types.ts';

/**
 * What can be said of a record, as a token of 72 bits. Redis finds no values inside others and unescapes texts in one
 * way in JSON and in another in expressions; a digest in base64url stands in both as it is.
 */
export const tokens = {
  /** A field is there. */
  exists: (field: FieldPath) => digest(['exists', keysOf(field)]),
  /** A field is a value. */
  equals: (field: FieldPath, value: Scalar) => digest(['equals', keysOf(field), value]),
  /** A field is a list that has a value. */
  contains: (field: FieldPath, value: Scalar) => digest(['contains', keysOf(field), value]),
  /** A value. */
  value: (value: Scalar) => digest(['value', value]),
  /** The attribute that has the token of the value of a field. */
  single: (field: FieldPath) => `s${digest(['single', keysOf(field)])}`,
  /** The attribute that has the number of a field. */
  number: (field: FieldPath) => `n${digest(['number', keysOf(field)])}`,
};

function keysOf(field: FieldPath): readonly string[] {
  return typeof field === 'string' ? [field] : field;
}

function digest(what: unknown): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('base64url').slice(0, 12);
}
