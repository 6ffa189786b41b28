import type { Express, RequestHandler } from 'express';
import type { Endpoint } from './endpoint.ts';
import { methodNotAllowed } from './errors.ts';

/**
 * Serves endpoints: each behind what `before` gives for it. Another method on one of their paths is answered with those
 * that there are.
 */
export function mount(
  app: Express,
  endpoints: readonly Endpoint[],
  before: (endpoint: Endpoint) => readonly RequestHandler[],
  handler: (endpoint: Endpoint) => RequestHandler,
): void {
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const route = app.route(toExpress(path));
    const here = endpoints.filter((endpoint) => endpoint.path === path);
    for (const endpoint of here) {
      const handlers = [...before(endpoint), handler(endpoint)];
      if (endpoint.method === 'GET') route.get(handlers);
      else if (endpoint.method === 'POST') route.post(handlers);
      else if (endpoint.method === 'PUT') route.put(handlers);
      else route.delete(handlers);
    }
    route.all(methodNotAllowed(...here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))));
  }
}

/** `/images/{id}` as `/images/:id`. */
function toExpress(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
