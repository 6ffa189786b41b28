import { z } from 'zod';
import { catalogue, type ErrorCode, type SerializedError } from '../../base/errors.ts';

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);
const stored = z.object({ code: z.string().refine(isCode), message: z.string() });

/** An error as a queue stores it. What is no such JSON, or of a later catalogue, becomes INTERNAL. */
export function serializedError(text: string): SerializedError {
  try {
    const result = stored.safeParse(JSON.parse(text));
    if (result.success) return result.data;
  } catch {
    // Falls through: the text is all that is known.
  }
  return { code: 'INTERNAL', message: text };
}
