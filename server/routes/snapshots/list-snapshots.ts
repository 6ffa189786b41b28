import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint, Tools } from '../../http/endpoint.ts';
import { readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { describeSnapshot, snapshotSchema } from './schema.ts';

function listSnapshots(_lifecycle: Lifecycle, { snapshots }: Tools): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    response.json({ snapshots: snapshots.list().map(describeSnapshot) });
  };
}

/** `GET /snapshots` */
export const listSnapshotsEndpoint: Endpoint = {
  method: 'GET',
  path: '/snapshots',
  summary: 'The snapshots of all versions, by version and then oldest first.',
  fields: noFields,
  answer: { status: 200, description: 'the snapshots', json: z.strictObject({ snapshots: z.array(snapshotSchema) }) },
  errors: [],
  handler: listSnapshots,
};
