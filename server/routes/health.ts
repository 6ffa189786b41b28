import type { RequestHandler } from 'express';
import type { Lifecycle } from '../lifecycle.ts';

/** `GET /healthz`: the process is alive. */
export const healthz: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};

/** `GET /readyz`: searches are answered; 503 before and while stopping. */
export function readyz(lifecycle: Lifecycle): RequestHandler {
  return async (_request, response) => {
    const { manifest, gallery } = lifecycle.services();
    const { count } = await gallery.status();
    response.json({ status: 'ready', model: manifest.version, records: count });
  };
}
