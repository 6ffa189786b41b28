import { z } from 'zod';

/** What an answer holds only when it is asked for: the embedding of the query, that of each result, whether the query is an attack. */
export const includeNames = ['query', 'vector', 'suspicion'] as const;
export type IncludeName = (typeof includeNames)[number];

/** The names in a field of a form, with commas between. */
export function includeField() {
  const problem = `must be names of ${includeNames.join(', ')}, with commas between`;
  return z
    .string({ error: problem })
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(includeNames, { error: problem })))
    .meta({ type: 'string' });
}
