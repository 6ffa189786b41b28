import type { RequestHandler } from 'express';
import type { Endpoint, Tools } from '../../http/endpoint.ts';
import { readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { promotionSchema } from './schema.ts';

function cancelPromotion(_lifecycle: Lifecycle, { models }: Tools): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    response.status(202).json(models.cancel());
  };
}

/** `DELETE /models/promotion`: the promotion that goes on stops after the pictures that it embeds. */
export const cancelPromotionEndpoint: Endpoint = {
  method: 'DELETE',
  path: '/models/promotion',
  summary: 'Cancels the promotion that goes on.',
  fields: noFields,
  answer: { status: 202, description: 'the promotion, about to be cancelled', json: promotionSchema },
  errors: [],
  handler: cancelPromotion,
};
