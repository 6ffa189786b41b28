import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { filterField, readFields } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';

const fields = z.strictObject({ filter: filterField().optional() });

function count(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    response.json({ count: await gallery.count(readFields(fields, request).filter) });
  };
}

/** `GET /count`: how many records there are, or pass a filter. */
export const countEndpoint: Endpoint = {
  method: 'GET',
  path: '/count',
  summary: 'How many records there are, or pass a filter.',
  fields,
  answer: { status: 200, description: 'the number', json: z.strictObject({ count: z.int().nonnegative() }) },
  errors: [],
  handler: count,
};
