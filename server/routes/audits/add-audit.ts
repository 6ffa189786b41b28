import type { RequestHandler } from 'express';
import { galleryRequest } from '../../../audit/gallery/request.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { readJson } from '../../http/json-body.ts';
import { jobKinds } from '../../jobs/kinds/index.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { auditSchema, viewOf } from './view.ts';

function addAudit({ jobs }: Lifecycle): RequestHandler {
  return async (request, response) => {
    const input = readJson(galleryRequest, request);
    await jobKinds.audit.check(input, jobs);
    const job = await jobs.queue.enqueue({ kind: 'audit', input });
    jobs.wake();
    response.status(202).location(`/audits/${job.id}`).json(viewOf(job));
  };
}

/** `POST /audits`: gives a job of the kind `audit` to the workers. */
export const addAuditEndpoint: Endpoint = {
  method: 'POST',
  path: '/audits',
  summary: 'Judges a model on a sample of the gallery.',
  body: 'json',
  fields: galleryRequest,
  answer: { status: 202, description: 'the audit, which waits', json: auditSchema },
  errors: ['COST_EXCEEDED', 'MODEL_UNKNOWN', 'QUEUE_UNAVAILABLE', 'QUEUE_WRITE_FAILED'],
  cost: 100,
  handler: addAudit,
};
