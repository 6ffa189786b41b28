import type { RequestHandler } from 'express';
import type { Endpoint, Tools } from '../../http/endpoint.ts';
import { readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { promotionSchema } from './schema.ts';

function rollbackModel(_lifecycle: Lifecycle, { models }: Tools): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    response.status(202).json(models.rollback());
  };
}

/** `POST /models/rollback` */
export const rollbackModelEndpoint: Endpoint = {
  method: 'POST',
  path: '/models/rollback',
  summary: 'Puts the version that was served before back into service.',
  fields: noFields,
  answer: { status: 202, description: 'the promotion, which goes on', json: promotionSchema },
  errors: ['MODEL_UNKNOWN', 'MODEL_DAMAGED', 'ROLLBACK_IMPOSSIBLE', 'PROMOTION_RUNNING'],
  handler: rollbackModel,
};
