import { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';
import type { ModelManifest } from './types.ts';

/** What a version may be called: it is a folder's name and a part of paths. */
export const VERSION_PATTERN = /^[a-z0-9][a-z0-9.-]{0,63}$/;

const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const manifestSchema = z.strictObject({
  format: z.literal(1),
  version: z.string().regex(VERSION_PATTERN),
  backbone: z.string(),
  dimension: z.int().positive(),
  preprocessing: z.strictObject({
    size: z.int().positive(),
    fit: z.literal('contain'),
    kernel: z.literal('linear'),
  }),
  files: z.record(z.string().regex(/^[\w.-]+$/), z.string().regex(/^[0-9a-f]{64}$/)),
  training: z.record(z.string(), fact),
  metrics: z.record(z.string(), z.number()),
  calibration: z.strictObject({ shiftPerLevel: z.number().positive() }),
});

/** Reads a manifest. @param source named in errors. @throws HoldfastError MODEL_DAMAGED */
export function parseManifest(text: string, source: string): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new HoldfastError('MODEL_DAMAGED', `${source} is not JSON`, { cause });
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HoldfastError('MODEL_DAMAGED', `${source}: ${issue?.path.join('.') || 'manifest'}: ${issue?.message}`);
}
