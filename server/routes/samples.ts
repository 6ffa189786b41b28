import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { readFields, wholeNumber } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { imagePath } from '../results.ts';

const fields = z.strictObject({ count: wholeNumber(1, 100).default(24) });

const sample = z.strictObject({ id: z.string(), label: z.string().nullable(), thumbnail: z.string() });

function samples(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    const { count } = readFields(fields, request);
    const records = await gallery.sample(count);
    response.json({ samples: records.map(({ id, label }) => ({ id, label, thumbnail: imagePath(id) })) });
  };
}

/** `GET /samples`: some records, spread evenly over the gallery, for who has no picture at hand. */
export const samplesEndpoint: Endpoint = {
  method: 'GET',
  path: '/samples',
  summary: 'Some records, spread evenly over the gallery.',
  fields,
  answer: { status: 200, description: 'the records', json: z.strictObject({ samples: z.array(sample) }) },
  errors: [],
  handler: samples,
};
