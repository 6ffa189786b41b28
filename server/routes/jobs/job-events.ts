import type { RequestHandler, Response } from 'express';
import { clientGone } from '../../http/abort.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import { followJob } from '../../jobs/follow.ts';
import { known } from '../../jobs/service.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';

/** Proxies hang up on connections that are silent for a minute or so. */
const KEEP_ALIVE_MILLISECONDS = 15_000;

/** @param keepAlive milliseconds from one sign of life to the next. */
export function jobEvents(
  { jobs: { queue, ending } }: Pick<Lifecycle, 'jobs'>,
  keepAlive = KEEP_ALIVE_MILLISECONDS,
): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const id = pathParameter(request, 'id');
    known(id, await queue.get(id));
    const signal = AbortSignal.any([clientGone(request, response), ending]);
    response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    if (request.method === 'HEAD') return void response.end();
    response.flushHeaders();
    const timer = setInterval(() => response.write(': still there\n\n'), keepAlive);
    try {
      for await (const job of followJob(queue, id, signal)) await send(response, job, signal);
    } finally {
      clearInterval(timer);
      response.end();
    }
  };
}

/** Waits for a client that reads slowly: the next event is the job as it is then. */
async function send(response: Response, data: unknown, signal: AbortSignal): Promise<void> {
  if (response.write(`event: job\ndata: ${JSON.stringify(data)}\n\n`)) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * `GET /jobs/{id}/events`: server-sent events, one with the job as it is now and one after each change; the last is
 * that of its end. A stopping server ends the stream, and the client comes back.
 */
export const jobEventsEndpoint: Endpoint = {
  method: 'GET',
  path: '/jobs/{id}/events',
  summary: 'A job and its changes as server-sent events, until it is finished.',
  fields: noFields,
  answer: { status: 200, description: 'events named job, each with the job as JSON', type: 'text/event-stream' },
  errors: ['JOB_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  stream: true,
  handler: (lifecycle) => jobEvents(lifecycle),
};
