import type { RequestHandler } from 'express';
import { z } from 'zod';
import { reviveError } from '../../base/errors.ts';
import { embedUpload } from '../embed-upload.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { checkField, pathParameter, readFields, recordId } from '../http/fields.ts';
import { sendJson } from '../http/send-json.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { whileOpen } from '../while-open.ts';
import { recordFields } from './record-fields.ts';

const answer = z.strictObject({ id: z.string(), status: z.enum(['created', 'replaced']) });

function putImage(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const id = checkField('id', recordId(), pathParameter(request, 'id'));
    const record = readFields(recordFields, request);
    const signal = clientGone(request, response);
    const [outcome] = await whileOpen(lifecycle, signal, async (services) => {
      const embedded = await embedUpload(request, services, signal);
      return services.gallery.upsert([{ id, ...record, ...embedded }]);
    });
    if (outcome?.status === 'refused') throw reviveError(outcome.error);
    sendJson(response, { id, status: outcome?.status });
  };
}

/** `PUT /images/{id}`: embeds a picture and stores it under the id, in place of the record that has it. */
export const putImageEndpoint: Endpoint = {
  method: 'PUT',
  path: '/images/{id}',
  summary: 'Stores a picture under an id, in place of the record that has it.',
  body: 'picture',
  cost: 5,
  fields: recordFields,
  answer: { status: 200, description: 'the record is on disk', json: answer },
  errors: ['VECTOR_INVALID', 'INDEX_WRITE_FAILED', 'STORE_UNACKNOWLEDGED'],
  changesGallery: true,
  handler: putImage,
};
