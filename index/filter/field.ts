import { z } from 'zod';
import type { Metadata } from '../types.ts';
import type { FieldPath } from './types.ts';

const LONGEST_PATH = 8;

/** SQLite's paths have no way to write a quote, and compare keys as they are escaped in the JSON. */
const key = z
  .string({ error: 'must be a key, or a list of keys' })
  .regex(/^[^"\\\p{Cc}\p{Surrogate}]{1,128}$/u, 'must be 1 to 128 characters without quotes, backslashes and controls');

/** A key or a list of up to eight. */
export const fieldPath = z.union([key, z.array(key).min(1).max(LONGEST_PATH)], {
  error: `must be a key, or a list of 1 to ${LONGEST_PATH} keys, of 1 to 128 characters without quotes, backslashes and controls`,
});

/** The path as SQLite's JSON functions take it. */
export function jsonPath(field: FieldPath): string {
  return `$${keysOf(field)
    .map((name) => `."${name}"`)
    .join('')}`;
}

/** The value at a path; undefined where there is none. Lists have no keys. */
export function valueAt(metadata: Metadata | null, field: FieldPath): unknown {
  let value: unknown = metadata;
  for (const name of keysOf(field)) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The keys that lead to a value, at least one. */
export function keysOf(field: FieldPath): readonly string[] {
  return typeof field === 'string' ? [field] : field;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
