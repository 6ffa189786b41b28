import type { Request, RequestHandler, Response } from 'express';
import type { Endpoint } from '../http/endpoint.ts';

/** Traces of requests, for OpenTelemetry. */
export interface Tracing {
  /** A span for each request, below that of the caller where it names one. */
  readonly trace: RequestHandler;
  /** Tells which endpoint a request is for. */
  name(endpoint: Endpoint): RequestHandler;
  /** Spans of the stages of an answer by their milliseconds, in the order in which they were done; `total` is none. */
  stages(response: Response, timings: Readonly<Record<string, number>>): void;
  /** The trace that a request belongs to, where it is recorded: 32 hexadecimal digits. */
  idOf(request: Request): string | undefined;
  /** Sends what was not sent yet. */
  close(): Promise<void>;
}
