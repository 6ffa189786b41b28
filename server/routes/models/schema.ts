import { z } from 'zod';

const share = z.number().min(0).max(1);

/** A promotion as it leaves the server. */
export const promotionSchema = z.strictObject({
  version: z.string(),
  state: z.enum(['embedding', 'checking', 'done', 'failed', 'cancelled']),
  share,
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

/** A model version as it leaves the server. */
export const modelSchema = z.strictObject({
  version: z.string(),
  serving: z.boolean(),
  backbone: z.string(),
  dimension: z.number().int().positive(),
  metrics: z.record(z.string(), z.number()),
  training: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
