import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { HoldfastError } from '../../base/errors.ts';

/** Bytes of a text field; the metadata of a record is the longest. */
export const FIELD_BYTES = 16_384;
const FIELDS = 10;

/** Parses a multipart body with one file in the field `image` and a few short fields, in memory. */
export function parseUpload(fileBytes: number): RequestHandler {
  const receive = multer({
    storage: multer.memoryStorage(),
    limits: {
      files: 1,
      fileSize: fileBytes,
      fields: FIELDS,
      fieldSize: FIELD_BYTES,
      fieldNameSize: 64,
      parts: FIELDS + 1,
      headerPairs: 16,
    },
  }).single('image');
  return (request, response, next) => {
    receive(request, response, (error: unknown) => {
      // Refused for its size while it was read: it has its answer, and nothing is to be done with it.
      if (response.headersSent) return;
      // The parser of multipart bodies throws plain errors, all of them about what was sent.
      if (error === undefined || error instanceof multer.MulterError) next(error);
      else next(new HoldfastError('REQUEST_INVALID', `the multipart body is malformed: ${String(error)}`));
    });
  };
}

/** The bytes of the file that `parseUpload` found. @throws HoldfastError IMAGE_MISSING */
export function uploadedFile(request: Request): Uint8Array {
  if (request.file === undefined) {
    const type = request.get('Content-Type') ?? 'no content type';
    const found = request.is('multipart/form-data') ? 'the form has no file in the field "image"' : `found ${type}`;
    throw new HoldfastError('IMAGE_MISSING', found);
  }
  return request.file.buffer;
}
