import type { RequestHandler } from 'express';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import { jobSchema } from '../../jobs/schema.ts';
import { known } from '../../jobs/service.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';

function cancelJob({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const id = pathParameter(request, 'id');
    response.status(202).json(known(id, await queue.cancel(id)));
  };
}

/** `DELETE /jobs/{id}`: one that runs stops soon after; one that is finished stays as it is. */
export const cancelJobEndpoint: Endpoint = {
  method: 'DELETE',
  path: '/jobs/{id}',
  summary: 'Cancels a job.',
  fields: noFields,
  answer: { status: 202, description: 'the job, cancelled or about to be', json: jobSchema },
  errors: ['JOB_UNKNOWN', 'QUEUE_UNAVAILABLE', 'QUEUE_WRITE_FAILED'],
  handler: cancelJob,
};
