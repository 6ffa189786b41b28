import express, { type Express } from 'express';
import type { ConsoleFiles } from './console.ts';
import { limitBody } from './http/body-limit.ts';
import { errorHandler, methodNotAllowed, routeUnknown } from './http/errors.ts';
import { commonHeaders, refuseOtherSites } from './http/headers.ts';
import { parseUpload } from './http/upload.ts';
import type { Lifecycle } from './lifecycle.ts';
import { addImage } from './routes/add-image.ts';
import { showConsole } from './routes/console.ts';
import { getImage } from './routes/get-image.ts';
import { healthz, readyz } from './routes/health.ts';
import { probe } from './routes/probe.ts';
import { removeImage } from './routes/remove-image.ts';
import { samples } from './routes/samples.ts';
import { search } from './routes/search.ts';

export interface AppOptions {
  readonly lifecycle: Lifecycle;
  /** The page at `/`. */
  readonly console: ConsoleFiles;
  /** Largest picture file in bytes. */
  readonly maxUploadBytes: number;
  /** Takes the faults of the server, a line each. */
  readonly log: (line: string) => void;
}

/** Bytes of request bodies in memory at once, if not a single body needs more. */
const BODIES_TOGETHER = 256_000_000;

/** The HTTP interface (docs/api.md) on what the lifecycle holds; listening is the caller's. */
export function createApp({ lifecycle, console, maxUploadBytes, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(commonHeaders);
  app.route('/healthz').get(healthz).all(methodNotAllowed('GET', 'HEAD'));
  app.use(admit(lifecycle), refuseOtherSites);

  const upload = [
    // Before the body is received: a server that is not ready does not read pictures.
    requireServices(lifecycle),
    limitBody({ file: maxUploadBytes, together: Math.max(BODIES_TOGETHER, 2 * maxUploadBytes) }),
    parseUpload(maxUploadBytes),
  ];
  app.route('/search').post(upload, search(lifecycle)).all(methodNotAllowed('POST'));
  app.route('/images').post(upload, addImage(lifecycle)).all(methodNotAllowed('POST'));
  app
    .route('/images/:id')
    .get(getImage(lifecycle))
    .delete(removeImage(lifecycle))
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));
  app.route('/samples').get(samples(lifecycle)).all(methodNotAllowed('GET', 'HEAD'));
  app.route('/probes').post(upload, probe(lifecycle)).all(methodNotAllowed('POST'));
  app.route('/readyz').get(readyz(lifecycle)).all(methodNotAllowed('GET', 'HEAD'));
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
