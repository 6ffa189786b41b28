import type { Request, RequestHandler } from 'express';
import type { Log } from '../log.ts';
import { requestId } from './headers.ts';

/**
 * A line for each request once it is over: what was asked for, how it ended and how long it took. Neither headers nor
 * query strings are written, for they may hold what is nobody else's business.
 * @param callerOf the id of the key of a request. @param traceOf the trace that it belongs to
 */
export function logRequests(
  log: Log,
  callerOf: (request: Request) => string | undefined,
  traceOf: (request: Request) => string | undefined,
): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const finished = response.writableFinished;
      const milliseconds = Math.round((performance.now() - start) * 10) / 10;
      const key = callerOf(request);
      const trace = traceOf(request);
      const client = request.ip;
      const line = { request: requestId(response), trace, client, key, method, path: path.slice(0, 200), milliseconds };
      if (finished) log.info({ ...line, status: response.statusCode }, 'answered');
      else log.info(line, 'the client hung up');
    });
    next();
  };
}
