import type { RequestHandler } from 'express';
import type { Endpoint, Tools } from '../http/endpoint.ts';
import { readFields } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { noFields } from './no-fields.ts';

function metrics(_lifecycle: Lifecycle, { metrics: measured }: Tools): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    response.type(measured.contentType).send(await measured.read());
  };
}

/** `GET /metrics`: what the server measures, for Prometheus. */
export const metricsEndpoint: Endpoint = {
  method: 'GET',
  path: '/metrics',
  summary: 'What the server measures, in the text format of Prometheus.',
  fields: noFields,
  answer: { status: 200, description: 'the metrics', type: 'text/plain' },
  errors: [],
  always: true,
  handler: metrics,
};
