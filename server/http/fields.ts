import type { Request } from 'express';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { parseFilter } from '../../index/index.ts';
import type { Filter } from '../../index/types.ts';
import { parseJson } from './json.ts';
import { problemsOf } from './problems.ts';
import { wording } from './wording.ts';

/**
 * The fields of a request, checked: from the query string and the form, each at most once.
 * @throws HoldfastError REQUEST_INVALID with every field that is wrong.
 */
export function readFields<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  const form: object = request.body ?? {};
  const both = Object.keys(form).filter((name) => Object.hasOwn(request.query, name));
  if (both.length > 0) {
    throw new HoldfastError('REQUEST_INVALID', `${both.join(', ')}: in the query string and in the form`);
  }
  const result = schema.safeParse({ ...request.query, ...form }, { error: wording });
  if (result.success) return result.data;
  throw new HoldfastError('REQUEST_INVALID', problemsOf(result.error));
}

/** A part of the path: `id` of `/images/{id}`. @throws RangeError when the route has no such part. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== 'string') throw new RangeError(`the route has no parameter ${name}`);
  return value;
}

/** One value, checked. @throws HoldfastError REQUEST_INVALID */
export function checkField<S extends z.ZodType>(name: string, schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { error: wording });
  if (result.success) return result.data;
  throw new HoldfastError(
    'REQUEST_INVALID',
    `${name}: ${result.error.issues.map(({ message }) => message).join('; ')}`,
  );
}

/** A whole number written in digits, within bounds. */
export function wholeNumber(low: number, high: number) {
  const problem = `must be a whole number from ${low} to ${high}`;
  return z
    .string({ error: problem })
    .regex(/^\d{1,9}$/, problem)
    .transform(Number)
    .refine((value) => value >= low && value <= high, problem)
    .meta({ type: 'integer', minimum: low, maximum: high });
}

/** `true` or `false`. */
export function flag() {
  return z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((text) => text === 'true')
    .meta({ type: 'boolean' });
}

/** One of a few words. */
export function oneOf<const W extends readonly string[]>(words: W) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

/** One or several of a few words, each once, with commas between. */
export function listOf<const W extends readonly string[]>(words: W) {
  const problem = `must be some of ${words.join(', ')}, each once, with commas between`;
  return z
    .string({ error: problem })
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words, { error: problem })).refine((list) => new Set(list).size === list.length, problem))
    .meta({ type: 'string', description: `some of ${words.join(', ')}, with commas between` });
}

/** The id of a record. */
export function recordId() {
  return z
    .string({ error: 'must be given once' })
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
      'must be 1 to 128 of letters, digits, . - _ : with a letter or digit first',
    );
}

/** A decimal number within bounds. */
export function decimal(low: number, high: number) {
  const problem = `must be a number from ${low} to ${high}`;
  return z
    .string({ error: problem })
    .regex(/^-?\d{1,9}(\.\d{1,20})?$/, problem)
    .transform(Number)
    .refine((value) => value >= low && value <= high, problem)
    .meta({ type: 'number', minimum: low, maximum: high });
}

/** A filter over the metadata of records, as a value of a JSON body. */
export function filterValue() {
  return z
    .unknown()
    .transform((value): Filter => parseFilter(value))
    .meta({ type: 'object', description: 'a filter over the metadata' });
}

/** A filter over the metadata of records, as JSON. */
export function filterField() {
  return z.string({ error: 'must be given once' }).transform((text, context): Filter => {
    const json = parseJson(text);
    if (json === undefined) context.addIssue({ code: 'custom', message: 'must be JSON' });
    return json === undefined ? z.NEVER : parseFilter(json);
  });
}
