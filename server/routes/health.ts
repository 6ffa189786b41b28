import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { noFields } from './no-fields.ts';

const alive = z.strictObject({ status: z.literal('ok') });
const ready = z.strictObject({ status: z.literal('ready'), model: z.string(), records: z.int().nonnegative() });

const healthz: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' } satisfies z.infer<typeof alive>);
};

function readyz(lifecycle: Lifecycle): RequestHandler {
  return async (_request, response) => {
    const { manifest, gallery } = lifecycle.services();
    const { count } = await gallery.status();
    response.json({ status: 'ready', model: manifest.version, records: count } satisfies z.infer<typeof ready>);
  };
}

/** `GET /healthz`: the process is alive. */
export const healthzEndpoint: Endpoint = {
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the process is alive.',
  fields: noFields,
  answer: { status: 200, description: 'it is', json: alive },
  errors: [],
  always: true,
  handler: () => healthz,
};

/** `GET /readyz`: searches are answered; 503 before and while stopping. */
export const readyzEndpoint: Endpoint = {
  method: 'GET',
  path: '/readyz',
  summary: 'Whether searches are answered.',
  fields: noFields,
  answer: { status: 200, description: 'they are', json: ready },
  errors: [],
  handler: readyz,
};
