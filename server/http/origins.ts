import cors from 'cors';
import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { isLoopback } from '../access/loopback.ts';

/** Lets the pages of these origins read answers and send keys; preflight requests are answered here. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return cors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    exposedHeaders: ['Location', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
}

/**
 * Refuses to change or compute anything for the page of another origin, unless that is one of the allowed.
 * Programs that are no browsers do not send the header.
 */
export function refuseOtherSites(allowed: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const from = request.get('Sec-Fetch-Site') ?? 'none';
    if (!reading && from !== 'none' && from !== 'same-origin' && !allowed.includes(request.get('Origin') ?? '')) {
      throw new HoldfastError('REQUEST_INVALID', 'the request comes from a page of another site');
    }
    next();
  };
}

/**
 * Refuses requests for a host that is not this machine, for as long as `open()`: a page of another site can give its own
 * name this machine's address (DNS rebinding), and nothing but the name in the request tells.
 */
export function refuseOtherHosts(open: () => boolean): RequestHandler {
  return (request, _response, next) => {
    if (open() && !isLoopback(request.hostname ?? '')) {
      throw new HoldfastError('REQUEST_INVALID', `host ${request.hostname}: without keys only this machine is served`);
    }
    next();
  };
}
