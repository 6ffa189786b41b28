import type { Request, Response } from 'express';
import type { HoldfastError } from '../../base/errors.ts';
import { sendError } from './errors.ts';

/** How long a client that was refused may go on sending before it is hung up on; reading on lets it see the answer. */
const DRAIN_MILLISECONDS = 2_000;

/** Answers before the body was received, and hangs up when the client does not stop sending. */
export function refuse(request: Request, response: Response, error: HoldfastError): void {
  sendError(response, error);
  drain(request);
}

/** Throws away what is left of a body. */
export function drain(request: Request): void {
  request.resume();
  const hangUp = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, DRAIN_MILLISECONDS);
  hangUp.unref();
}
