import type { RequestHandler } from 'express';
import { POLICY } from '../../../audit/html/document.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { readReportFile } from './report.ts';
import { findAudit } from './view.ts';

function getPage({ jobs }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const job = await findAudit(jobs.queue, pathParameter(request, 'id'));
    const page = await readReportFile(job, jobs, 'report.html');
    // It has its style in itself, which the policy of the other pages forbids.
    response.set('Content-Security-Policy', `${POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
    response.type('html').send(page);
  };
}

/** `GET /audits/{id}.html`: the same report as a page to read. */
export const getAuditPageEndpoint: Endpoint = {
  method: 'GET',
  path: '/audits/{id}.html',
  summary: 'The report of an audit as a page.',
  fields: noFields,
  answer: { status: 200, description: 'a page without scripts that loads nothing', type: 'text/html' },
  errors: ['AUDIT_UNKNOWN', 'AUDIT_UNFINISHED', 'QUEUE_UNAVAILABLE'],
  handler: getPage,
};
