import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { HoldfastError } from '../../base/errors.ts';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const REQUEST_ID = 'X-Request-Id';
/** What a client or a proxy may call a request by itself. */
const GIVEN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The headers that every answer carries: what a browser may do with it, and the id of the request, which is the one that
 * came with it, or a random one.
 */
export const commonHeaders: RequestHandler = (request, response, next) => {
  const given = request.get(REQUEST_ID) ?? '';
  response.set({
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    [REQUEST_ID]: GIVEN_ID.test(given) ? given : randomUUID(),
  });
  next();
};

export function requestId(response: Response): string {
  return response.get(REQUEST_ID) ?? 'unknown';
}

/**
 * Refuses to change or compute anything for the page of another origin: there are no keys that would tell it apart.
 * Programs that are no browsers do not send the header.
 */
export const refuseOtherSites: RequestHandler = (request, _response, next) => {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const from = request.get('Sec-Fetch-Site') ?? 'none';
  if (!reading && from !== 'none' && from !== 'same-origin') {
    throw new HoldfastError('REQUEST_INVALID', 'the request comes from a page of another site');
  }
  next();
};
