import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';

/** The value as a schema has it. @throws REQUEST_INVALID with every place that is wrong. */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown, at: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${[at, ...path].join('.')}: ${message}`);
  throw new HoldfastError('REQUEST_INVALID', issues.join('; '));
}
