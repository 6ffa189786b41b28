import express, { type Express } from 'express';
import type { ConsoleFiles } from './console.ts';
import { limitBody } from './http/body-limit.ts';
import type { Endpoint } from './http/endpoint.ts';
import { errorHandler, routeUnknown } from './http/errors.ts';
import { commonHeaders, refuseOtherSites } from './http/headers.ts';
import { mount } from './http/mount.ts';
import { logRequests } from './http/request-log.ts';
import { parseUpload } from './http/upload.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { showConsole } from './routes/console.ts';
import { endpoints } from './routes/index.ts';

export interface AppOptions {
  readonly lifecycle: Lifecycle;
  /** The page at `/`. */
  readonly console: ConsoleFiles;
  /** Largest picture file in bytes. */
  readonly maxUploadBytes: number;
  readonly log: Log;
}

/** Bytes of request bodies in memory at once, if not a single body needs more. */
const BODIES_TOGETHER = 256_000_000;

/** The HTTP interface (docs/api.md) on what the lifecycle holds; listening is the caller's. */
export function createApp({ lifecycle, console, maxUploadBytes, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(commonHeaders, logRequests(log));

  const upload = [
    // Before the body is received: a server that is not ready does not read pictures.
    requireServices(lifecycle),
    limitBody({ file: maxUploadBytes, together: Math.max(BODIES_TOGETHER, 2 * maxUploadBytes) }),
    parseUpload(maxUploadBytes),
  ];
  const before = ({ body }: Endpoint): express.RequestHandler[] => (body === 'picture' ? upload : []);
  const handler = (endpoint: Endpoint): express.RequestHandler => endpoint.handler(lifecycle);
  const whileStopping = (endpoint: Endpoint): boolean => endpoint.always === true;
  mount(app, endpoints.filter(whileStopping), before, handler);
  app.use(admit(lifecycle), refuseOtherSites);
  mount(
    app,
    endpoints.filter((endpoint) => !whileStopping(endpoint)),
    before,
    handler,
  );
  app.use(showConsole(console));

  app.use(routeUnknown);
  app.use(errorHandler(log));
  return app;
}

/** A stopping server takes no new requests; what is in flight goes on. */
function admit(lifecycle: Lifecycle): express.RequestHandler {
  return (_request, response, next) => {
    try {
      lifecycle.admit();
    } catch (error) {
      // Who is refused shall not come back over this connection.
      response.set('Connection', 'close');
      throw error;
    }
    next();
  };
}

function requireServices(lifecycle: Lifecycle): express.RequestHandler {
  return (_request, _response, next) => {
    lifecycle.services();
    next();
  };
}
