import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';

/**
 * What a file of a run's folder says in JSON.
 * @throws HoldfastError MODEL_DAMAGED naming the file and the way out, for one that is no such JSON
 */
export function readRunJson<T>(path: string, schema: z.ZodType<T>, text = readFileSync(path, 'utf8')): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'is not JSON', cause);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(path, `${issue?.path.join('.') || 'its content'}: ${issue?.message}`, result.error);
}

function damaged(path: string, reason: string, cause: unknown): HoldfastError {
  return new HoldfastError('MODEL_DAMAGED', `${path}: ${reason}; restore it, or forget the run with --fresh`, {
    cause,
  });
}
