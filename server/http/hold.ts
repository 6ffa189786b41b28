import type { RequestHandler } from 'express';
import type { Lifecycle } from '../lifecycle.ts';

/** Keeps model and gallery open for a request until it has ended. */
export function holdServices(lifecycle: Lifecycle): RequestHandler {
  return (_request, response, next) => {
    // Who hung up while the key was looked up has closed it already.
    if (response.closed) return;
    response.once('close', lifecycle.enter());
    next();
  };
}

/** Makes a request that changes the gallery wait while another model takes over. */
export function holdWrites(lifecycle: Lifecycle): RequestHandler {
  return async (_request, response, next) => {
    const leave = await lifecycle.share();
    if (response.closed) return leave();
    response.once('close', leave);
    next();
  };
}
