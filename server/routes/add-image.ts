import type { RequestHandler } from 'express';
import { z } from 'zod';
import { encodePng } from '../../embedding/encode.ts';
import { clientGone } from '../http/abort.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { readFields, recordId } from '../http/fields.ts';
import { FIELD_BYTES, uploadedFile } from '../http/upload.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { readPicture } from '../picture.ts';
import { imagePath } from '../results.ts';

const jsonObject = z.record(z.string(), z.unknown());

const metadata = z.string({ error: 'must be given once' }).transform((text, context) => {
  if (Buffer.byteLength(text) <= FIELD_BYTES) {
    const parsed = jsonObject.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
  }
  context.addIssue({ code: 'custom', message: `must be a JSON object of at most ${FIELD_BYTES} bytes` });
  return z.NEVER;
});

const fields = z.strictObject({
  id: recordId().optional(),
  label: z
    .string({ error: 'must be given once' })
    .refine((text) => text.length >= 1 && text.length <= 256, 'must have 1 to 256 characters')
    .optional(),
  metadata: metadata.optional(),
});

function addImage(lifecycle: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { model, manifest, gallery } = lifecycle.services();
    const record = readFields(fields, request);
    const signal = clientGone(request, response);
    const { picture, pixels } = await readPicture(uploadedFile(request), manifest.preprocessing);
    const [[vector = new Float32Array()], bytes] = await Promise.all([
      model.embed([pixels], { signal }),
      encodePng(picture),
    ]);
    const [id = ''] = await gallery.add([{ ...record, vector, image: { type: 'image/png', bytes } }]);
    response.status(201).location(imagePath(id)).json({ id });
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
  errors: ['RECORD_EXISTS', 'VECTOR_INVALID', 'INDEX_WRITE_FAILED'],
  cost: 5,
  handler: addImage,
};

/** The value of a JSON text; undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
