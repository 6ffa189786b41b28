import type { Request, Response } from 'express';

/** A signal that is aborted when the client hangs up before it was answered. */
export function clientGone(request: Request, response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the client has hung up'));
  });
  if (request.socket.destroyed) controller.abort(new Error('the client has hung up'));
  return controller.signal;
}
