import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { readReportFile } from './report.ts';
import { sendPage } from './send-page.ts';
import { auditSchema, findAudit, viewOf } from './view.ts';

const answer = auditSchema.extend({
  report: z
    .looseObject({ format: z.literal(1) })
    .nullable()
    .describe('the whole report (audit.json); null until the audit is done'),
});

function getAudit({ jobs }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const job = await findAudit(jobs.queue, pathParameter(request, 'id'));
    // A browser asks for a page first, and gets what can be read of an audit that has none yet.
    response.vary('Accept');
    if (job.state === 'done' && request.accepts('json', 'html') === 'html') return sendPage(response, job, jobs);
    const report = job.state === 'done' ? JSON.parse(await readReportFile(job, jobs, 'audit.json')) : null;
    response.json({ ...viewOf(job), report });
  };
}

/** `GET /audits/{id}`: for a browser, the page of one that is done. */
export const getAuditEndpoint: Endpoint = {
  method: 'GET',
  path: '/audits/{id}',
  summary: 'An audit as it is now, with its report when it is done.',
  fields: noFields,
  answer: {
    status: 200,
    description: 'the audit; the page of its report where it is done and text/html is preferred to JSON',
    json: answer,
    type: 'text/html',
  },
  errors: ['AUDIT_UNKNOWN', 'QUEUE_UNAVAILABLE'],
  handler: getAudit,
};
