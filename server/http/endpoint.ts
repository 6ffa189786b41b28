import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../../base/errors.ts';
import { accessOf } from '../access/table.ts';
import type { FetchPicture } from '../fetch/fetch-picture.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Models } from '../models/service.ts';
import type { Snapshots } from '../snapshots/service.ts';
import type { SuspicionService } from '../suspicion/service.ts';
import type { Tracing } from '../tracing/types.ts';

/** What comes back when all goes well. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** The shape of a JSON answer. */
  readonly json?: z.ZodType;
  /** The media type of another answer. */
  readonly type?: string;
}

/** What handlers work with beside what the lifecycle holds. */
export interface Tools {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly fetchPicture: FetchPicture;
  readonly models: Models;
  /** Attack steps that one request may take. */
  readonly probeCost: number;
  readonly snapshots: Snapshots;
  readonly suspicion: SuspicionService;
}

/** An entry of the HTTP interface: what is served, what OpenAPI says and what the access table is about. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As OpenAPI writes it: `/images/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** `picture`: a multipart form with one file in the field `image`; `json`: an object. */
  readonly body?: 'picture' | 'json';
  /** The fields of the query string, and of the form where there is a body; or those of the JSON object. */
  readonly fields: z.ZodObject;
  /** A JSON body that may come in place of the form. */
  readonly json?: z.ZodObject;
  readonly answer: Answer;
  /** The errors beside those that every request, and every request with such a body, can meet. */
  readonly errors: readonly ErrorCode[];
  /** Points that a call takes from its key; 1 by default. */
  readonly cost?: number;
  /** What the fields of a request cost beside. @throws HoldfastError REQUEST_INVALID */
  surcharge?(request: Request): number;
  /** Answered in every state of the server, also while it stops. */
  readonly always?: true;
  /** Changes the gallery: waits while another model takes over. */
  readonly changesGallery?: true;
  /** Stays open as a stream, and uses neither model nor gallery. */
  readonly stream?: true;
  handler(lifecycle: Lifecycle, tools: Tools): RequestHandler;
}

/** What any request can meet. */
export const commonErrors: readonly ErrorCode[] = ['REQUEST_INVALID', 'INTERNAL'];

/** What any request can meet that is not answered always. */
export const stateErrors: readonly ErrorCode[] = ['NOT_READY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE'];

/** What a request can meet where a key is needed. */
export const keyErrors: readonly ErrorCode[] = ['KEY_MISSING', 'KEY_UNKNOWN', 'KEY_NOT_ALLOWED', 'RATE_LIMITED'];

/** What a request with a picture can meet. */
export const pictureErrors: readonly ErrorCode[] = [
  'IMAGE_MISSING',
  'IMAGE_FIELD_UNEXPECTED',
  'IMAGE_TOO_LARGE',
  'IMAGE_TOO_MANY_PIXELS',
  'IMAGE_TYPE_UNSUPPORTED',
  'IMAGE_UNREADABLE',
  'OVERLOADED',
];

/** Every error that an endpoint can answer with, each once. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { body, always, changesGallery, errors } = endpoint;
  const state = always === true ? [] : stateErrors;
  const key = accessOf(endpoint) === 'public' ? [] : keyErrors;
  const picture = body === 'picture' ? pictureErrors : [];
  const change: ErrorCode[] = changesGallery === true ? ['GALLERY_CLOSED'] : [];
  return [...new Set([...commonErrors, ...state, ...key, ...picture, ...change, ...errors])];
}
