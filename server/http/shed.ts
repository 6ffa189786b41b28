import type { RequestHandler } from 'express';
import type { Log } from '../log.ts';
import type { Crowd } from './crowd.ts';
import type { Endpoint } from './endpoint.ts';
import { drain } from './refuse.ts';

/** Bytes of a body that is thrown away here. Larger and chunked ones are left to `limitCrowd`. */
const SMALL_BODY = 262_144;
/** For so long refusals are answered with the same words. */
const KEPT_MILLISECONDS = 250;
const LOG_MILLISECONDS = 1_000;

/** The crowd of an endpoint. */
export interface EndpointCrowd {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'>;
  readonly crowd: Crowd;
}

export interface ShedOptions {
  /** Takes each request that was refused. */
  count(endpoint: EndpointCrowd['endpoint']): void;
  /** Whether requests are refused for another reason. */
  stopping(): boolean;
}

/**
 * Refuses what `limitCrowd` would refuse, before anything else is done for it: a flood costs the event loop as little as can be, so that it has time for
 * what was let in. Such requests are counted, and no key is looked at.
 */
export function shedCrowds(crowds: readonly EndpointCrowd[], { count, stopping }: ShedOptions): RequestHandler {
  const entries = crowds.map((one) => ({
    ...one,
    pattern: patternOf(one.endpoint.path),
    answer: answersOf(one.crowd),
  }));
  return (request, response, next) => {
    const entry = entries.find(
      ({ endpoint, pattern }) => endpoint.method === request.method && pattern.test(request.path),
    );
    const small = Number(request.get('Content-Length')) <= SMALL_BODY;
    if (entry === undefined || !small || !entry.crowd.isFull() || stopping()) return next();
    const { headers, body } = entry.answer();
    response.writeHead(503, { ...headers });
    response.end(body);
    drain(request);
    count(entry.endpoint);
  };
}

/** The paths that Express takes for an endpoint: in any case, with a slash at the end or without. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
}

function answersOf(crowd: Crowd) {
  const make = () => {
    const error = crowd.refusal();
    const body = JSON.stringify({ error });
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Retry-After': String(error.retryAfter),
    };
    return { until: performance.now() + KEPT_MILLISECONDS, headers, body };
  };
  let kept: ReturnType<typeof make> | undefined;
  return () => {
    if (kept === undefined || kept.until < performance.now()) kept = make();
    return kept;
  };
}

/** What was refused at once, for the log. */
export interface ShedLog {
  /** Takes a request that was refused. */
  note(request: string): void;
  /** Writes at once what was not written yet. */
  flush(): void;
}

/** One line a second for all of them: a line for each would be a flood itself. */
export function createShedLog(log: Log): ShedLog {
  const counts = new Map<string, number>();
  const flush = (): void => {
    for (const [request, refused] of counts) log.warn({ request, refused }, 'too much in work: refused at once');
    counts.clear();
  };
  return {
    note(request) {
      if (counts.size === 0) setTimeout(flush, LOG_MILLISECONDS).unref();
      counts.set(request, (counts.get(request) ?? 0) + 1);
    },
    flush,
  };
}
