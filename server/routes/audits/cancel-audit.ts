import type { RequestHandler } from 'express';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { auditSchema, findAudit, viewOf } from './view.ts';

function cancelAudit({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const job = await findAudit(queue, pathParameter(request, 'id'));
    response.status(202).json(viewOf((await queue.cancel(job.id)) ?? job));
  };
}

/** `DELETE /audits/{id}`: one that runs stops after the piece that it computes. */
export const cancelAuditEndpoint: Endpoint = {
  method: 'DELETE',
  path: '/audits/{id}',
  summary: 'Cancels an audit.',
  fields: noFields,
  answer: { status: 202, description: 'the audit, cancelled or about to be', json: auditSchema },
  errors: ['AUDIT_UNKNOWN', 'QUEUE_UNAVAILABLE', 'QUEUE_WRITE_FAILED'],
  handler: cancelAudit,
};
