import type { RequestHandler } from 'express';
import type { ConsoleFiles } from '../console.ts';
import { methodNotAllowed } from '../http/errors.ts';

/** The files of the page: `/` and what it refers to. */
export function showConsole(files: ConsoleFiles): RequestHandler {
  const refuse = methodNotAllowed('GET', 'HEAD');
  return (request, response, next) => {
    const file = files.get(request.path);
    if (file === undefined) return next();
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(request, response, next);
    response.set('Cache-Control', 'no-cache').type(file.type).send(Buffer.from(file.bytes));
  };
}
