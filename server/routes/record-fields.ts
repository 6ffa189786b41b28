import { z } from 'zod';
import { parseJson } from '../http/json.ts';
import { FIELD_BYTES } from '../http/upload.ts';

const jsonObject = z.record(z.string(), z.unknown());

const metadata = z.string({ error: 'must be given once' }).transform((text, context) => {
  if (Buffer.byteLength(text) <= FIELD_BYTES) {
    const parsed = jsonObject.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
  }
  context.addIssue({ code: 'custom', message: `must be a JSON object of at most ${FIELD_BYTES} bytes` });
  return z.NEVER;
});

/** What the application says of a picture that it stores. */
export const recordFields = z.strictObject({
  label: z
    .string({ error: 'must be given once' })
    .refine((text) => text.length >= 1 && text.length <= 256, 'must have 1 to 256 characters')
    .optional(),
  metadata: metadata.optional(),
});
