import type { RequestHandler } from 'express';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import { jobSchema } from '../../jobs/schema.ts';
import { known } from '../../jobs/service.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';

function getJob({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const id = pathParameter(request, 'id');
    response.json(known(id, await queue.get(id)));
  };
}

/** `GET /jobs/{id}` */
export const getJobEndpoint: Endpoint = {
  method: 'GET',
  path: '/jobs/{id}',
  summary: 'A job as it is now.',
  fields: noFields,
  answer: { status: 200, description: 'the job', json: jobSchema },
  errors: ['JOB_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  handler: getJob,
};
