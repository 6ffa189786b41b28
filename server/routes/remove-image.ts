import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { readFields } from '../http/fields.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { noFields } from './no-fields.ts';

/** `DELETE /images/{id}` */
export function removeImage(lifecycle: Lifecycle): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { gallery } = lifecycle.services();
    readFields(noFields, request);
    const { id } = request.params;
    if (!(await gallery.remove(id))) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
    response.status(204).end();
  };
}
