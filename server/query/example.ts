import { z } from 'zod';
import { recordId } from '../http/fields.ts';
import { fromBase64 } from './base64.ts';
import { type Crop, cropSchema } from './crop.ts';

const URL_LENGTH = 2_048;
const DIMENSIONS = 4_096;

/** Where a part of a query comes from. */
export type Source =
  | { readonly image: Uint8Array }
  | { readonly id: string }
  | { readonly url: string }
  | { readonly vector: readonly number[] };

/** A part of a query: what it is, where in the picture, and how much it counts. A negative weight pushes away. */
export interface Example {
  readonly source: Source;
  readonly crop: Crop | undefined;
  readonly weight: number;
}

const sources = {
  image: z
    .string()
    .transform((text, context) => {
      const bytes = fromBase64(text);
      if (bytes !== undefined) return bytes;
      context.addIssue({ code: 'custom', message: 'must be base64' });
      return z.NEVER;
    })
    .meta({ contentEncoding: 'base64', description: 'a JPEG, PNG or WebP' })
    .optional(),
  id: recordId().optional(),
  url: z.string().max(URL_LENGTH).optional(),
  vector: z.array(z.number()).min(1).max(DIMENSIONS).optional(),
  crop: cropSchema.optional(),
};

/** The members that say what to search with; exactly one of the first four is given. */
export const sourceFields = sources;

type Given = z.output<z.ZodObject<typeof sources>>;

/** The one source that is given; undefined when it is none or several, or a crop of what is no picture. */
export function sourceOf({ image, id, url, vector, crop }: Given): Source | undefined {
  const given: Source[] = [];
  if (image !== undefined) given.push({ image });
  if (id !== undefined) given.push({ id });
  if (url !== undefined) given.push({ url });
  if (vector !== undefined) given.push({ vector });
  const [source] = given;
  return given.length === 1 && (vector === undefined || crop === undefined) ? source : undefined;
}

const SOURCE_PROBLEM = 'needs exactly one of image, id, url and vector, and a crop only of a picture';

/** An entry of `examples`. */
export const exampleSchema = z
  .strictObject({ ...sources, weight: z.number().min(-100).max(100).default(1) })
  .refine((given) => sourceOf(given) !== undefined, SOURCE_PROBLEM);
