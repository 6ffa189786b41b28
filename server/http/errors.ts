import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import multer from 'multer';
import { type ErrorCode, HoldfastError } from '../../base/errors.ts';
import type { Log } from '../log.ts';
import { requestId } from './headers.ts';

/** Seconds after which a client may try again, where nothing better is known. */
const RETRY_AFTER: Readonly<Partial<Record<ErrorCode, number>>> = {
  GALLERY_CLOSED: 2,
  OVERLOADED: 1,
  NOT_READY: 2,
  QUEUE_UNAVAILABLE: 5,
  SHUTTING_DOWN: 5,
};

/** Answers with the one shape that errors have. The message of an internal error stays in the log. */
export function sendError(response: Response, error: HoldfastError): void {
  const retryAfter = error.retryAfter ?? RETRY_AFTER[error.code];
  // Where the time is known better, it is set already.
  if (retryAfter !== undefined && response.get('Retry-After') === undefined)
    response.set('Retry-After', String(retryAfter));
  if (error.status === 401) response.set('WWW-Authenticate', 'Bearer realm="Holdfast"');
  const message = error.code === 'INTERNAL' ? `request ${requestId(response)} failed` : error.message;
  response.status(error.status).json({ error: { ...error.toJSON(), message } });
}

/** The last handler of the app: every error becomes one of the catalogue; faults of the server are logged. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (cause: unknown, request, response, _next) => {
    const error = toHoldfastError(cause);
    if (request.socket.destroyed || response.headersSent) return;
    // Overload and stops are the client's to know; a full disk is the operator's too.
    if (error.status === 500 || error.status === 507) {
      const { method, path } = request;
      const fault = cause instanceof Error ? cause : new Error(String(cause));
      log.error({ request: requestId(response), method, path, code: error.code, error: fault }, fault.message);
    }
    sendError(response, error);
  };
}

/** Answers requests that no route took. */
export const routeUnknown: RequestHandler = (request) => {
  throw new HoldfastError('ROUTE_UNKNOWN', `no route ${request.path}`);
};

/** Answers the methods that a path does not have. */
export function methodNotAllowed(...allowed: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed.join(', '));
    throw new HoldfastError(
      'METHOD_NOT_ALLOWED',
      `${request.method} ${request.path}: allowed are ${allowed.join(', ')}`,
    );
  };
}

function toHoldfastError(cause: unknown): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  if (cause instanceof multer.MulterError) return fromMulter(cause);
  // Express and what it is made of mark the errors that are the client's fault, such as a path that is not valid UTF-8.
  if (cause instanceof Error && 'status' in cause && typeof cause.status === 'number' && cause.status < 500) {
    const unread = 'type' in cause && cause.type === 'entity.parse.failed';
    const message = unread ? `the body is no JSON: ${cause.message}` : cause.message;
    return new HoldfastError('REQUEST_INVALID', message, { cause });
  }
  return new HoldfastError('INTERNAL', cause instanceof Error ? cause.message : String(cause), { cause });
}

function fromMulter(cause: multer.MulterError): HoldfastError {
  const field = cause.field === undefined ? '' : ` (field "${cause.field}")`;
  switch (cause.code) {
    case 'LIMIT_FILE_SIZE':
      return new HoldfastError('IMAGE_TOO_LARGE', `the file has more bytes than allowed${field}`, { cause });
    case 'LIMIT_FILE_COUNT':
    case 'LIMIT_UNEXPECTED_FILE':
      return new HoldfastError('IMAGE_FIELD_UNEXPECTED', `a file that was not expected${field}`, { cause });
    default:
      return new HoldfastError('REQUEST_INVALID', `${cause.message}${field}`, { cause });
  }
}
