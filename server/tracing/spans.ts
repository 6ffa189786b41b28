import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Request } from 'express';
import { requestId } from '../http/headers.ts';
import type { Tracing } from './types.ts';

/** What spans are made with, and what ends them. */
export interface SpanMaker {
  getTracer(name: string): Tracer;
  shutdown(): Promise<void>;
}

/** Traces of requests as spans; names and attributes are those of OpenTelemetry's conventions for HTTP servers. */
export function tracingWith(provider: SpanMaker): Tracing {
  const tracer = provider.getTracer('holdfast');
  const propagator = new W3CTraceContextPropagator();
  const spans = new WeakMap<Request, Span>();
  const getter = {
    keys: ({ headers }: Request) => Object.keys(headers),
    get: (request: Request, name: string) => request.get(name),
  };
  return {
    trace(request, response, next) {
      const parent = propagator.extract(ROOT_CONTEXT, request, getter);
      const { method, path } = request;
      const attributes = {
        'http.request.method': method,
        'url.path': path.slice(0, 200),
        'holdfast.request_id': requestId(response),
      };
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
      spans.set(request, span);
      response.once('close', () => {
        const { statusCode, writableFinished } = response;
        if (writableFinished) span.setAttribute('http.response.status_code', statusCode);
        else span.setAttribute('error.type', 'client_hung_up');
        if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      });
      next();
    },
    name:
      ({ method, path }) =>
      (request, _response, next) => {
        spans.get(request)?.updateName(`${method} ${path}`).setAttribute('http.route', path);
        next();
      },
    stages({ req }, timings) {
      const span = spans.get(req);
      if (span === undefined) return;
      const stages = Object.entries(timings).filter(([name]) => name !== 'total');
      const parent = trace.setSpan(ROOT_CONTEXT, span);
      // One was done after the other, and the last has just ended.
      let at = Date.now() - stages.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
      for (const [name, milliseconds] of stages) {
        const stage = tracer.startSpan(name, { startTime: at }, parent);
        at += milliseconds;
        stage.end(at);
      }
    },
    idOf(request) {
      const context = spans.get(request)?.spanContext();
      return context !== undefined && (context.traceFlags & 1) === 1 ? context.traceId : undefined;
    },
    close: () => provider.shutdown(),
  };
}
