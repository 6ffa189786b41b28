import { z } from 'zod';
import { jobStates } from './types.ts';

const time = z.iso.datetime();

/** A job as it leaves the server. */
export const jobSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  input: z.record(z.string(), z.unknown()),
  state: z.enum(jobStates),
  starts: z.int().min(0),
  failures: z.int().min(0),
  cancelRequested: z.boolean(),
  progress: z
    .strictObject({
      share: z.number().min(0).max(1),
      note: z.string(),
      figures: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
    })
    .nullable(),
  result: z.unknown(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
});
