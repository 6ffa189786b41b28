import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';

const BYTES = 65_536;

/** Parses a JSON body of at most 64 kB. */
export function parseJsonBody(): RequestHandler {
  return express.json({ limit: BYTES, type: () => true });
}

/**
 * The JSON body of a request, checked.
 * @throws HoldfastError REQUEST_INVALID with every field that is wrong.
 */
export function readJson<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  const result = schema.safeParse(request.body ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new HoldfastError('REQUEST_INVALID', issues.join('; '));
}
