import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { pathParameter, readFields } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { noFields } from './no-fields.ts';

function getImage(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    readFields(noFields, request);
    const id = pathParameter(request, 'id');
    const image = await gallery.image(id);
    if (image === undefined) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
    response.set({
      'Cache-Control': 'private, no-cache',
      ETag: `"${createHash('sha256').update(image.bytes).digest('base64url')}"`,
    });
    // `send` answers 304 where the client has this picture already.
    response.type(image.type).send(Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.byteLength));
  };
}

/** `GET /images/{id}`: the stored picture. A client that has it asks each time whether it was replaced. */
export const getImageEndpoint: Endpoint = {
  method: 'GET',
  path: '/images/{id}',
  summary: 'A stored picture.',
  fields: noFields,
  answer: { status: 200, description: 'the picture', type: 'image/png' },
  errors: ['RECORD_UNKNOWN'],
  handler: getImage,
};
