import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { readFields } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { noFields } from './no-fields.ts';

/** `GET /images/{id}`: the stored picture, which never changes under its id. */
export function getImage(lifecycle: Lifecycle): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    readFields(noFields, request);
    const { id } = request.params;
    const image = await gallery.image(id);
    if (image === undefined) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      ETag: `"${createHash('sha256').update(image.bytes).digest('base64url')}"`,
    });
    // `send` answers 304 where the client has this picture already.
    response.type(image.type).send(Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.byteLength));
  };
}
