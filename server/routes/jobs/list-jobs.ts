import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.ts';
import { oneOf, readFields, wholeNumber } from '../../http/fields.ts';
import { jobKindNames } from '../../jobs/kinds/index.ts';
import { jobSchema } from '../../jobs/schema.ts';
import { jobStates } from '../../jobs/types.ts';
import type { Lifecycle } from '../../lifecycle.ts';

const fields = z.strictObject({
  state: oneOf(jobStates).optional(),
  kind: oneOf(jobKindNames).optional(),
  limit: wholeNumber(1, 100).default(20),
});

function listJobs({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    response.json({ jobs: await queue.list(readFields(fields, request)) });
  };
}

/** `GET /jobs` */
export const listJobsEndpoint: Endpoint = {
  method: 'GET',
  path: '/jobs',
  summary: 'Jobs, newest first.',
  fields,
  answer: { status: 200, description: 'the jobs', json: z.strictObject({ jobs: z.array(jobSchema) }) },
  errors: ['QUEUE_UNAVAILABLE'],
  handler: listJobs,
};
