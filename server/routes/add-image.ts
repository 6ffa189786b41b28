import type { RequestHandler } from 'express';
import { z } from 'zod';
import { embedUpload } from '../embed-upload.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { readFields, recordId } from '../http/fields.ts';
import { sendJson } from '../http/send-json.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { imagePath } from '../results.ts';
import { whileOpen } from '../while-open.ts';
import { recordFields } from './record-fields.ts';

const fields = recordFields.extend({ id: recordId().optional() });

function addImage(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const record = readFields(fields, request);
    const signal = clientGone(request, response);
    const [id = ''] = await whileOpen(lifecycle, signal, async (services) => {
      const embedded = await embedUpload(request, services, signal);
      return services.gallery.add([{ ...record, ...embedded }]);
    });
    sendJson(response.status(201).location(imagePath(id)), { id });
  };
}

/** `POST /images`: embeds a picture and stores it; what is stored is the decoded picture, the same that was embedded. */
export const addImageEndpoint: Endpoint = {
  method: 'POST',
  path: '/images',
  summary: 'Adds a picture to the gallery.',
  body: 'picture',
  fields,
  answer: { status: 201, description: 'the record is on disk', json: z.strictObject({ id: z.string() }) },
  errors: ['RECORD_EXISTS', 'VECTOR_INVALID', 'INDEX_WRITE_FAILED', 'STORE_UNACKNOWLEDGED'],
  cost: 5,
  changesGallery: true,
  handler: addImage,
};
