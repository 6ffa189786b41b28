import type { RequestHandler } from 'express';
import type { Endpoint, Tools } from '../../http/endpoint.ts';
import { readFields } from '../../http/fields.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';
import { describeSnapshot, snapshotSchema } from './schema.ts';

function createSnapshot(lifecycle: Lifecycle, { snapshots }: Tools): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const { version } = lifecycle.services().manifest;
    response.status(201).json(describeSnapshot(await snapshots.create(version)));
  };
}

/** `POST /snapshots`: answered when it is on disk; goes on when the client hangs up. */
export const createSnapshotEndpoint: Endpoint = {
  method: 'POST',
  path: '/snapshots',
  summary: 'Makes a snapshot of the gallery that is served, while searches and writes go on.',
  fields: noFields,
  answer: { status: 201, description: 'the snapshot', json: snapshotSchema },
  errors: ['SNAPSHOT_RUNNING', 'SNAPSHOT_IMPOSSIBLE', 'INDEX_DAMAGED', 'INDEX_WRITE_FAILED'],
  cost: 100,
  handler: createSnapshot,
};
