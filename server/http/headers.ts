import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

const SELF = ["'self'"];
const NONE = ["'none'"];
const REQUEST_ID = 'X-Request-Id';
/** What a client or a proxy may call a request by itself. */
const GIVEN_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What a browser may do with an answer. The page takes its scripts and styles from files of its own and nothing inline. */
const protect: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: NONE,
      scriptSrc: SELF,
      styleSrc: SELF,
      imgSrc: [...SELF, 'data:', 'blob:'],
      connectSrc: SELF,
      baseUri: NONE,
      formAction: NONE,
      frameAncestors: NONE,
    },
  },
  xFrameOptions: { action: 'deny' },
});

/**
 * The headers that every answer carries: what a browser may do with it, and the id of the request, which is the one that
 * came with it, or a random one.
 */
export const commonHeaders: RequestHandler = (request, response, next) => {
  const given = request.get(REQUEST_ID) ?? '';
  response.set(REQUEST_ID, GIVEN_ID.test(given) ? given : randomUUID());
  protect(request, response, next);
};

export function requestId(response: Response): string {
  return response.get(REQUEST_ID) ?? 'unknown';
}
