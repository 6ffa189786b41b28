import express, { type Express } from 'express';
import { createGate } from './access/gate.ts';
import type { KeyStore } from './access/key-store.ts';
import type { RateLimits } from './access/rates.ts';
import { endpointName } from './access/table.ts';
import type { ConsoleFiles } from './console.ts';
import type { FetchPicture } from './fetch/fetch-picture.ts';
import { limitBody } from './http/body-limit.ts';
import { type Crowd, createCrowd, limitCrowd } from './http/crowd.ts';
import type { Endpoint } from './http/endpoint.ts';
import { errorHandler, routeUnknown } from './http/errors.ts';
import { commonHeaders } from './http/headers.ts';
import { holdServices, holdWrites } from './http/hold.ts';
import { parseJsonBody } from './http/json-body.ts';
import { mount } from './http/mount.ts';
import { allowOrigins, refuseOtherHosts, refuseOtherSites } from './http/origins.ts';
import { logRequests } from './http/request-log.ts';
import { type EndpointCrowd, type ShedLog, shedCrowds } from './http/shed.ts';
import { parseUpload } from './http/upload.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Models } from './models/service.ts';
import { showConsole } from './routes/console.ts';
import { endpoints } from './routes/index.ts';
import type { Snapshots } from './snapshots/service.ts';
import type { SuspicionService } from './suspicion/service.ts';
import type { Tracing } from './tracing/types.ts';

export interface AppOptions {
  readonly lifecycle: Lifecycle;
  /** The page at `/`. */
  readonly console: ConsoleFiles;
  /** Largest picture file in bytes. */
  readonly maxUploadBytes: number;
  readonly log: Log;
  /** What it has not written when the server stops is the caller's to flush. */
  readonly shedLog: ShedLog;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly fetchPicture: FetchPicture;
  readonly models: Models;
  /** Attack steps that one request may take. */
  readonly probeCost: number;
  readonly snapshots: Snapshots;
  readonly suspicion: SuspicionService;
  readonly keys: KeyStore;
  readonly rates: RateLimits;
  /** Whether other machines are served without keys. */
  readonly withoutKeys: boolean;
  /** The origins whose pages may call; none but the server's own when empty. */
  readonly origins: readonly string[];
  /** Proxies whose word on the client's address counts: how many there are, or their addresses. */
  readonly trustProxy: number | readonly string[];
}

/** Bytes of a JSON body that holds no picture. */
const JSON_BYTES = 65_536;
/** Requests with pictures that an endpoint works on at once: half a second or so of work of a small network. */
const PICTURES_TOGETHER = 128;
/** Bytes of request bodies in memory at once, if not a single body needs more. */
const BODIES_TOGETHER = 256_000_000;

/** The HTTP interface (docs/api.md) on what the lifecycle holds; listening is the caller's. */
export function createApp(options: AppOptions): Express {
  const { lifecycle, console, maxUploadBytes, log, shedLog, metrics, tracing, keys, origins } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', options.trustProxy);
  const gate = createGate(keys, options.rates);
  app.use(commonHeaders);
  if (origins.length > 0) app.use(allowOrigins(origins));
  const crowds = crowdsOf(endpoints);
  const shed = shedCrowds(crowds, {
    stopping: lifecycle.stopping,
    count(endpoint) {
      metrics.shed(endpoint);
      shedLog.note(endpointName(endpoint));
    },
  });
  app.use(shed);
  app.use(metrics.measure, tracing.trace, logRequests(log, gate.callerOf, tracing.idOf));

  const upload = [
    // Before the body is received: a server that is not ready does not read pictures.
    requireServices(lifecycle),
    limitBody({ file: maxUploadBytes, together: Math.max(BODIES_TOGETHER, 2 * maxUploadBytes) }),
    parseUpload(maxUploadBytes),
  ];
  const bodies = { picture: upload, json: [parseJsonBody(JSON_BYTES)] };
  const crowdOf = (endpoint: Endpoint): Crowd[] =>
    crowds.filter((one) => one.endpoint === endpoint).map(({ crowd }) => crowd);
  const before = (endpoint: Endpoint): express.RequestHandler[] => [
    metrics.name(endpoint),
    tracing.name(endpoint),
    gate.admit(endpoint),
    ...(endpoint.stream === true ? [] : [holdServices(lifecycle)]),
    ...crowdOf(endpoint).map(limitCrowd),
    ...(endpoint.body === undefined ? [] : bodies[endpoint.body]),
    // Its bytes are bounded already.
    ...(endpoint.json === undefined ? [] : [parseJsonBody(2 * maxUploadBytes + JSON_BYTES)]),
    gate.charge(endpoint),
    ...(endpoint.changesGallery === true ? [holdWrites(lifecycle)] : []),
  ];
  const handler = (endpoint: Endpoint): express.RequestHandler => endpoint.handler(lifecycle, options);
  const whileStopping = (endpoint: Endpoint): boolean => endpoint.always === true;
  mount(app, endpoints.filter(whileStopping), before, handler);
  const open = (): boolean => !options.withoutKeys && !keys.configured();
  app.use(admit(lifecycle), refuseOtherHosts(open), refuseOtherSites(origins));
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

/** One for each endpoint that receives a picture. */
function crowdsOf(all: readonly Endpoint[]): readonly EndpointCrowd[] {
  const ofPictures = all.filter(({ body }) => body === 'picture');
  return ofPictures.map((endpoint) => ({ endpoint, crowd: createCrowd(PICTURES_TOGETHER) }));
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
