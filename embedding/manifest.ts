import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';
import { MANIFEST_FILE, SERVING_FILE, WEIGHTS_FILE } from './files.ts';
import type { ModelManifest } from './types.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'at most 64 lower-case letters, digits, dots and dashes');
/** A plain name: a manifest cannot point outside its folder, nor at itself. */
const fileName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'a plain file name')
  .refine((file) => file !== MANIFEST_FILE, 'the manifest cannot list itself');
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');

/** Of a square of pixels. */
const side = z.int().min(1).max(1024);

const manifestSchema = z.strictObject({
  format: z.literal(1),
  version: name,
  backbone: z.string(),
  dimension: z.int().positive(),
  preprocessing: z
    .strictObject({
      size: side,
      fit: z.enum(['contain', 'fill']),
      kernel: z.literal('linear'),
      resize: side.optional(),
      channels: z.union([z.literal(1), z.literal(3)]).optional(),
    })
    .refine(({ fit, resize }) => resize === undefined || fit === 'fill', 'only "fill" takes a resize')
    .refine(({ size, resize = size }) => resize >= size, 'resize is smaller than size'),
  files: z
    .record(fileName, hash)
    .refine((files) => Object.hasOwn(files, WEIGHTS_FILE), `${WEIGHTS_FILE} is not listed`)
    .refine((files) => Object.hasOwn(files, SERVING_FILE), `${SERVING_FILE} is not listed`),
  training: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  metrics: z.record(z.string(), z.number()),
  calibration: z.strictObject({ shiftPerLevel: z.number().positive() }),
});

/** Whether a text can be the name of a version. */
export function isVersionName(text: string): boolean {
  return name.safeParse(text).success;
}

/** Checks a manifest, such as a parsed `model.json`. @param source named in errors. @throws HoldfastError MODEL_DAMAGED */
export function checkManifest(value: unknown, source: string): ModelManifest {
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'manifest';
  throw new HoldfastError('MODEL_DAMAGED', `${source}: ${field}: ${issue?.message}`);
}

/** SHA-256 in lower-case hex, as manifests state it. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
