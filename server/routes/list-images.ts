import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { filterField, readFields, recordId, wholeNumber } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { imagePath } from '../results.ts';

const fields = z.strictObject({
  limit: wholeNumber(1, 1000).default(100),
  cursor: recordId().optional(),
  filter: filterField().optional(),
});

const image = z.strictObject({
  id: z.string(),
  label: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  createdAt: z.iso.datetime(),
  thumbnail: z.string().describe('path of the stored picture'),
});
const answer = z.strictObject({
  images: z.array(image),
  next: z.string().nullable().describe('the cursor of the next page; null after the last record'),
});

function listImages(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    const { records, next } = await gallery.list(readFields(fields, request));
    response.json({ images: records.map((record) => ({ ...record, thumbnail: imagePath(record.id) })), next });
  };
}

/** `GET /images`: the records in the order of their ids, page by page. */
export const listImagesEndpoint: Endpoint = {
  method: 'GET',
  path: '/images',
  summary: 'The records in the order of their ids, page by page.',
  fields,
  answer: { status: 200, description: 'a page of the records', json: answer },
  errors: [],
  handler: listImages,
};
