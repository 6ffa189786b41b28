import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { problemsOf } from './problems.ts';
import { wording } from './wording.ts';

/** Parses a JSON body that says that it is one; compressed ones are refused, for nobody knows how much they hold. */
export function parseJsonBody(bytes: number): RequestHandler {
  return express.json({ limit: bytes, type: 'application/json', inflate: false });
}

/** Whether the body is JSON, and not a form. */
export function isJson(request: Request): boolean {
  return request.is('application/json') !== false;
}

/**
 * The JSON body of a request, checked; there is no query string beside it.
 * @throws HoldfastError REQUEST_INVALID with everything that is wrong.
 */
export function readJson<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  const beside = Object.keys(request.query);
  if (beside.length > 0) {
    throw new HoldfastError(
      'REQUEST_INVALID',
      `${beside.join(', ')}: belongs into the JSON body, not the query string`,
    );
  }
  const result = schema.safeParse(request.body ?? {}, { error: wording });
  if (result.success) return result.data;
  throw new HoldfastError('REQUEST_INVALID', problemsOf(result.error));
}
