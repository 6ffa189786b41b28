import type { RequestHandler } from 'express';
import { z } from 'zod';
import { readFields, wholeNumber } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { imagePath } from '../results.ts';

const fields = z.strictObject({ count: wholeNumber(1, 100).default(24) });

/** `GET /samples`: some records, spread evenly over the gallery, for who has no picture at hand. */
export function samples(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    const { count } = readFields(fields, request);
    const records = await gallery.sample(count);
    response.json({ samples: records.map(({ id, label }) => ({ id, label, thumbnail: imagePath(id) })) });
  };
}
