import type { Request, RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Endpoint } from '../http/endpoint.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { addAuditGauges } from './audits.ts';
import { addRecallGauge } from './recall.ts';

/** What a server tells Prometheus of itself. */
export interface Metrics {
  /** Counts and times every request. */
  readonly measure: RequestHandler;
  /** Counts a request that was refused before it was measured. */
  shed(endpoint: Pick<Endpoint, 'method' | 'path'>): void;
  /** Tells which endpoint a request is for. */
  name(endpoint: Endpoint): RequestHandler;
  /** Takes the milliseconds by stage of an answer. */
  stages(endpoint: string, timings: Readonly<Record<string, number>>): void;
  /** Takes the suspicion of a query, where there is one. */
  suspicion(value: number | null | undefined): void;
  /** Everything, in the text format of Prometheus. */
  read(): Promise<string>;
  readonly contentType: string;
}

/** Seconds: from an answer out of memory to a long probe. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of a value that is spread evenly over innocent queries: what lies beyond 0.99 is suspicious. */
const SUSPICIONS = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
/** More jobs than these are not told apart. */
const MOST_JOBS = 1_000;
/** The status that stands for a client that hung up before it was answered, as web servers have it in their logs. */
const HUNG_UP = 499;

/**
 * Metrics of one server in a registry of its own. `process` adds what prom-client knows of the process: event-loop delay,
 * memory, garbage collection.
 */
export function createMetrics(lifecycle: Lifecycle, options: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process === true) collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'holdfast_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS,
    registers,
  });
  const refused = new Counter({
    name: 'holdfast_http_refused_total',
    help: 'Requests that were refused at once, as too many were in work; they are in no other figure',
    labelNames: ['method', 'route'] as const,
    registers,
  });
  const stage = new Histogram({
    name: 'holdfast_stage_duration_seconds',
    help: 'Time that the stages of an answer took',
    labelNames: ['route', 'stage'] as const,
    buckets: BUCKETS,
    registers,
  });
  const suspicion = new Histogram({
    name: 'holdfast_query_suspicion',
    help: 'Suspicion of the queries that it was asked for',
    buckets: SUSPICIONS,
    registers,
  });
  const inFlight = new Gauge({
    name: 'holdfast_http_requests_in_flight',
    help: 'Requests that are being answered',
    registers,
  });
  addStateGauges(lifecycle, registers);
  addAuditGauges(lifecycle.jobs.queue, registers);
  addRecallGauge(lifecycle, registers);
  const routes = new WeakMap<Request, string>();

  return {
    measure(request, response, next) {
      const start = performance.now();
      inFlight.inc();
      response.once('close', () => {
        inFlight.dec();
        const status = response.writableFinished ? response.statusCode : HUNG_UP;
        const route = routes.get(request) ?? 'other';
        requests.observe({ method: methodOf(request), route, status }, (performance.now() - start) / 1000);
      });
      next();
    },
    shed({ method, path }) {
      refused.inc({ method, route: path });
    },
    name:
      ({ path }) =>
      (request, _response, next) => {
        routes.set(request, path);
        next();
      },
    stages(route, timings) {
      for (const [name, milliseconds] of Object.entries(timings))
        stage.observe({ route, stage: name }, milliseconds / 1000);
    },
    suspicion(value) {
      if (typeof value === 'number') suspicion.observe(value);
    },
    read: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** A client may send any word as a method; as a label each would cost memory for good. */
function methodOf({ method }: Request): string {
  return ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
}

/** What is looked up when it is asked for: nothing before the server is ready. */
function addStateGauges(lifecycle: Lifecycle, registers: Registry[]): void {
  new Gauge({
    name: 'holdfast_ready',
    help: '1 when searches are answered',
    registers,
    collect() {
      this.set(lifecycle.current() === undefined ? 0 : 1);
    },
  });
  new Gauge({
    name: 'holdfast_model_queue_length',
    help: 'Calls that wait for the model',
    labelNames: ['class'] as const,
    registers,
    collect() {
      const { search, probe } = lifecycle.current()?.model.waiting() ?? { search: 0, probe: 0 };
      this.set({ class: 'search' }, search);
      this.set({ class: 'probe' }, probe);
    },
  });
  new Gauge({
    name: 'holdfast_gallery_records',
    help: 'Records in the gallery',
    registers,
    async collect() {
      const status = await lifecycle.current()?.gallery.status();
      if (status !== undefined) this.set(status.count);
    },
  });
  new Gauge({
    name: 'holdfast_jobs',
    help: 'Jobs that wait and that run, up to a thousand of each',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      // A queue that cannot be reached must not take the other figures with it.
      this.reset();
      for (const state of ['waiting', 'running'] as const) {
        const jobs = await lifecycle.jobs.queue.list({ state, limit: MOST_JOBS }).catch(() => undefined);
        if (jobs !== undefined) this.set({ state }, jobs.length);
      }
    },
  });
  new Gauge({
    name: 'holdfast_model_info',
    help: 'The model version that is served',
    labelNames: ['version'] as const,
    registers,
    collect() {
      this.reset();
      const version = lifecycle.current()?.manifest.version;
      if (version !== undefined) this.set({ version }, 1);
    },
  });
}
