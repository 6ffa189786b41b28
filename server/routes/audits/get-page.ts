import type { RequestHandler } from 'express';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { sendPage } from './send-page.ts';
import { findAudit } from './view.ts';

function getPage({ jobs }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    await sendPage(response, await findAudit(jobs.queue, pathParameter(request, 'id')), jobs);
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
