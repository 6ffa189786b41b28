import type { RequestHandler } from 'express';
import { z } from 'zod';
import { type Duplicate, findDuplicates } from '../duplicates/find-duplicates.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { decimal, pathParameter, readFields, wholeNumber } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { imagePath } from '../results.ts';

const fields = z.strictObject({
  among: wholeNumber(1, 100).default(50),
  bits: wholeNumber(0, 64).default(6),
  distance: decimal(0, 2).default(0.1),
});

const duplicate = z.strictObject({
  id: z.string(),
  label: z.string().nullable(),
  thumbnail: z.string(),
  bits: z.int().min(0).max(64).describe('by which the difference hashes differ'),
  distance: z.number().describe('Euclidean, between unit embeddings'),
});
const answer = z.strictObject({
  exact: z.array(duplicate).describe('the same picture, byte by byte'),
  perceptual: z.array(duplicate).describe('difference hashes of at most "bits" bits apart'),
  embedding: z.array(duplicate).describe('embeddings at most "distance" apart'),
});

function duplicates(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const limits = readFields(fields, request);
    const signal = clientGone(request, response);
    const found = await findDuplicates(pathParameter(request, 'id'), limits, lifecycle.services(), signal);
    const shown = (holds: (one: Duplicate) => boolean) => found.filter(holds).map(describe);
    response.json({
      exact: shown(({ exact }) => exact),
      perceptual: shown(({ bits }) => bits <= limits.bits),
      embedding: shown(({ record }) => record.distance <= limits.distance),
    } satisfies z.infer<typeof answer>);
  };
}

function describe({ record: { id, label, distance }, bits }: Duplicate): z.infer<typeof duplicate> {
  return { id, label, thumbnail: imagePath(id), bits, distance };
}

/** `GET /images/{id}/duplicates`: what is nearly the same as a record, in three senses that are told apart. */
export const duplicatesEndpoint: Endpoint = {
  method: 'GET',
  path: '/images/{id}/duplicates',
  summary: 'Exact, perceptual and near duplicates of a record, among those whose embeddings are nearest.',
  fields,
  answer: { status: 200, description: 'three lists, nearest first', json: answer },
  errors: ['RECORD_UNKNOWN', 'OVERLOADED'],
  cost: 10,
  handler: duplicates,
};
