import type { RequestHandler } from 'express';
import { z } from 'zod';
import { HoldfastError } from '../../../base/errors.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameter, readFields } from '../../http/fields.ts';
import { readJson } from '../../http/json-body.ts';
import { findKind, jobKindNames } from '../../jobs/kinds/index.ts';
import type { Lifecycle } from '../../lifecycle.ts';
import { noFields } from '../no-fields.ts';

const inputSchema = z.record(z.string(), z.unknown(), { error: 'must be an object' });
const fields = z.strictObject({
  kind: z.enum(jobKindNames, { error: `must be one of ${jobKindNames.join(', ')}` }),
  input: inputSchema.default({}),
  cron: z
    .string()
    .max(100)
    .regex(/^\S+( \S+){4}$/, 'must have five fields'),
});
const scheduleSchema = z.strictObject({
  ...{ id: z.string(), kind: z.string(), input: inputSchema, cron: z.string() },
  nextAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
});

function addSchedule({ jobs }: Lifecycle): RequestHandler {
  return async (request, response) => {
    const { kind, input, cron } = readJson(fields, request);
    await findKind(kind).check(input, jobs);
    const schedule = await jobs.queue.schedule({ kind, input, cron });
    jobs.wake();
    response.status(201).location(`/schedules/${schedule.id}`).json(schedule);
  };
}

function listSchedules({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    response.json({ schedules: await queue.schedules() });
  };
}

function removeSchedule({ jobs: { queue } }: Lifecycle): RequestHandler {
  return async (request, response) => {
    readFields(noFields, request);
    const id = pathParameter(request, 'id');
    if (!(await queue.unschedule(id))) throw new HoldfastError('SCHEDULE_UNKNOWN', `no schedule "${id}"`);
    response.status(204).end();
  };
}

/** `POST /schedules`: a job that comes again and again. */
export const addScheduleEndpoint: Endpoint = {
  method: 'POST',
  path: '/schedules',
  summary: 'Gives a job to the workers again and again.',
  body: 'json',
  fields,
  answer: { status: 201, description: 'the schedule', json: scheduleSchema },
  errors: ['OPTION_INVALID', 'QUEUE_UNAVAILABLE', 'QUEUE_WRITE_FAILED'],
  handler: addSchedule,
};

/** `GET /schedules` */
export const listSchedulesEndpoint: Endpoint = {
  method: 'GET',
  path: '/schedules',
  summary: 'The jobs that come again and again.',
  fields: noFields,
  answer: { status: 200, description: 'the schedules', json: z.strictObject({ schedules: z.array(scheduleSchema) }) },
  errors: ['QUEUE_UNAVAILABLE'],
  handler: listSchedules,
};

/** `DELETE /schedules/{id}` */
export const removeScheduleEndpoint: Endpoint = {
  method: 'DELETE',
  path: '/schedules/{id}',
  summary: 'Ends a schedule; its jobs stay.',
  fields: noFields,
  answer: { status: 204, description: 'the schedule is gone' },
  errors: ['SCHEDULE_UNKNOWN', 'QUEUE_UNAVAILABLE', 'QUEUE_WRITE_FAILED'],
  handler: removeSchedule,
};
