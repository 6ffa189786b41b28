import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint, Tools } from '../../http/endpoint.ts';
import { readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { modelSchema, promotionSchema } from './schema.ts';

const answer = z.strictObject({
  serving: z.string(),
  previous: z.string().nullable(),
  promotion: promotionSchema.nullable(),
  models: z.array(modelSchema),
});

function listModels(lifecycle: Lifecycle, { models }: Tools): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const serving = lifecycle.services().manifest.version;
    response.json({
      serving,
      previous: models.previous,
      promotion: models.status() ?? null,
      models: models.cards().map(({ version, backbone, dimension, metrics, training }) => ({
        ...{ version, serving: version === serving, backbone, dimension, metrics, training },
      })),
    });
  };
}

/** `GET /models` */
export const listModelsEndpoint: Endpoint = {
  method: 'GET',
  path: '/models',
  summary: 'The model versions, which one is served, and how far the last promotion is.',
  fields: noFields,
  answer: { status: 200, description: 'the versions', json: answer },
  errors: [],
  handler: listModels,
};
