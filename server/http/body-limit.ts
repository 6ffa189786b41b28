import type { RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import { isJson } from './json-body.ts';
import { refuse } from './refuse.ts';

/** What a body may have beside the file: boundaries, part headers, the other fields. */
const OVERHEAD = 65_536;

export interface BodyLimits {
  /** Bytes of a file; in JSON it is a third longer. */
  readonly file: number;
  /** Bytes of all bodies that are being received and worked on. */
  readonly together: number;
}

/**
 * Refuses bodies that are too large before they are parsed: by their Content-Length, and by counting what arrives.
 * Keeps the bytes that all requests hold together below a bound (OVERLOADED beyond it).
 */
export function limitBody(limits: BodyLimits): RequestHandler {
  let held = 0;
  return (request, response, next) => {
    const file = isJson(request) ? Math.ceil(limits.file / 3) * 4 : limits.file;
    const most = file + OVERHEAD;
    const declared = Number(request.get('Content-Length') ?? most);
    if (declared > most) return refuse(request, response, tooLarge(declared, limits.file));
    if (held + declared > limits.together) {
      return refuse(
        request,
        response,
        new HoldfastError('OVERLOADED', `${held} bytes of pictures are in work already`),
      );
    }
    held += declared;
    response.once('close', () => {
      held -= declared;
    });
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > most && !response.headersSent) refuse(request, response, tooLarge(received, limits.file));
    });
    next();
  };
}

function tooLarge(bytes: number, limit: number): HoldfastError {
  return new HoldfastError('IMAGE_TOO_LARGE', `${bytes} bytes; a file may have ${limit}`);
}
