import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { pathParameter, readFields } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { whileOpen } from '../while-open.ts';
import { noFields } from './no-fields.ts';

function removeImage(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const id = pathParameter(request, 'id');
    const signal = clientGone(request, response);
    if (!(await whileOpen(lifecycle, signal, ({ gallery }) => gallery.remove(id))))
      throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
    response.status(204).end();
  };
}

/** `DELETE /images/{id}` */
export const removeImageEndpoint: Endpoint = {
  method: 'DELETE',
  path: '/images/{id}',
  summary: 'Removes a picture.',
  fields: noFields,
  answer: { status: 204, description: 'the record is gone' },
  errors: ['RECORD_UNKNOWN', 'INDEX_WRITE_FAILED', 'STORE_UNACKNOWLEDGED'],
  changesGallery: true,
  handler: removeImage,
};
