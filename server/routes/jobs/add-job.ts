import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.ts';
import { readJson } from '../../http/json-body.ts';
import { findKind, jobKindNames } from '../../jobs/kinds/index.ts';
import { jobSchema } from '../../jobs/schema.ts';
import type { Lifecycle } from '../../lifecycle.ts';

const fields = z.strictObject({
  kind: z.enum(jobKindNames, { error: `must be one of ${jobKindNames.join(', ')}` }),
  input: z.record(z.string(), z.unknown(), { error: 'must be an object' }).default({}),
});

function addJob({ jobs }: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { kind, input } = readJson(fields, request);
    await findKind(kind).check(input, jobs);
    const job = await jobs.queue.enqueue({ kind, input });
    jobs.wake();
    response.status(202).location(`/jobs/${job.id}`).json(job);
  };
}

/** `POST /jobs`: puts a job into the queue; it is on disk when the answer comes. */
export const addJobEndpoint: Endpoint = {
  method: 'POST',
  path: '/jobs',
  summary: 'Gives a job to the workers.',
  body: 'json',
  fields,
  answer: { status: 202, description: 'the job, which waits', json: jobSchema },
  errors: ['OPTION_INVALID', 'QUEUE_UNAVAILABLE', 'QUEUE_WRITE_FAILED'],
  handler: addJob,
};
