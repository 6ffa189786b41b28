import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.ts';
import { oneOf, readFields, wholeNumber } from '../../http/fields.ts';
import { jobStates } from '../../jobs/types.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { auditSchema, viewOf } from './view.ts';

const fields = z.strictObject({ state: oneOf(jobStates).optional(), limit: wholeNumber(1, 100).default(20) });

function listAudits({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    const jobs = await queue.list({ ...readFields(fields, request), kind: 'audit' });
    response.json({ audits: jobs.map(viewOf) });
  };
}

/** `GET /audits` */
export const listAuditsEndpoint: Endpoint = {
  method: 'GET',
  path: '/audits',
  summary: 'Audits of the gallery, newest first.',
  fields,
  answer: { status: 200, description: 'the audits', json: z.strictObject({ audits: z.array(auditSchema) }) },
  errors: ['QUEUE_UNAVAILABLE'],
  handler: listAudits,
};
