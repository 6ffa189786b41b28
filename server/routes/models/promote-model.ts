import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint, Tools } from '../../http/endpoint.ts';
import { pathParameter } from '../../http/fields.ts';
import { readJson } from '../../http/json-body.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { promotionSchema } from './schema.ts';

const floor = z.number().min(0).max(1).optional();

const fields = z.strictObject({
  force: z.boolean().default(false),
  floors: z.strictObject({ recallAt1: floor, recallAt1UnderEs: floor, recallAt1UnderRanking: floor }).optional(),
});

function promoteModel(_lifecycle: Lifecycle, { models }: Tools): RequestHandler {
  return async (request, response) => {
    const options = readJson(fields, request);
    response.status(202).json(models.promote(pathParameter(request, 'version'), options));
  };
}

/** `POST /models/{version}/promote` */
export const promoteModelEndpoint: Endpoint = {
  method: 'POST',
  path: '/models/{version}/promote',
  summary: 'Puts a version into service, once the gallery is embedded by it.',
  body: 'json',
  fields,
  answer: { status: 202, description: 'the promotion, which goes on', json: promotionSchema },
  errors: ['MODEL_UNKNOWN', 'MODEL_DAMAGED', 'GATE_REFUSED', 'PROMOTION_RUNNING'],
  handler: promoteModel,
};
