import type { RequestHandler } from 'express';
import type { Log } from '../log.ts';
import type { Crowd } from './crowd.ts';

/** What arrives with the head of a request, more or less. A client that sends more is waited for, and hung up on. */
const SMALL_BODY = 262_144;
/** An answer that was made once is sent for so long. */
const KEPT_MILLISECONDS = 250;
const LOG_MILLISECONDS = 1_000;

/**
 * Refuses what `limitCrowd` would refuse, before anything else is done for it: a flood costs the event loop as little as can be, so that it has time for
 * what was let in. Such requests are counted, and no key is looked at.
 * @param crowds by method and path, as `POST /search`. @param count takes each of them
 */
export function shedCrowds(crowds: ReadonlyMap<string, Crowd>, count: (name: string) => void): RequestHandler {
  const answers = new Map<string, { readonly until: number; readonly headers: object; readonly body: string }>();
  const answerOf = (name: string, crowd: Crowd) => {
    const now = performance.now();
    const kept = answers.get(name);
    if (kept !== undefined && kept.until > now) return kept;
    const error = crowd.refusal();
    const body = JSON.stringify({ error });
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Retry-After': String(error.retryAfter),
    };
    const made = { until: now + KEPT_MILLISECONDS, headers, body };
    answers.set(name, made);
    return made;
  };
  return (request, response, next) => {
    const name = `${request.method} ${request.path}`;
    const crowd = crowds.get(name);
    const small = Number(request.get('Content-Length')) <= SMALL_BODY;
    if (crowd === undefined || !small || !crowd.isFull()) return next();
    const { headers, body } = answerOf(name, crowd);
    response.writeHead(503, { ...headers });
    response.end(body);
    request.resume();
    count(name);
  };
}

/** One line a second for all of them: a line for each would be a flood itself. */
export function logShed(log: Log): (name: string) => void {
  const counts = new Map<string, number>();
  const write = (): void => {
    for (const [request, refused] of counts) log.warn({ request, refused }, 'too much in work: refused at once');
    counts.clear();
  };
  return (name) => {
    if (counts.size === 0) setTimeout(write, LOG_MILLISECONDS).unref();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
}
