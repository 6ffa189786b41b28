import { z } from 'zod';
import { filterValue } from '../http/fields.ts';
import { survivalRequest } from '../probe/survival.ts';
import { robustnessNames } from '../robustness.ts';
import { type Example, exampleSchema, sourceFields, sourceOf } from './example.ts';
import { includeNames } from './include.ts';

const EXAMPLES = 16;
const BODY_PROBLEM = 'needs exactly one of image, id, url, vector and examples, and a crop only of a picture';
const ALONE = 'stands in place of image, id, url, vector and crop';

/** The JSON body of a search: one source, or several weighted examples, and how to search. */
export const searchBody = z
  .strictObject({
    ...sourceFields,
    examples: z.array(exampleSchema).min(1).max(EXAMPLES).optional(),
    model: z.string().min(1).max(128).optional(),
    k: z.int().min(1).max(100).default(10),
    robustness: z.enum(robustnessNames).optional(),
    probe: survivalRequest.optional(),
    exact: z.boolean().default(false),
    ef: z.int().min(1).max(10_000).optional(),
    filter: filterValue().optional(),
    minScore: z.number().min(-1).max(1).default(-1),
    include: z.array(z.enum(includeNames)).max(includeNames.length).default([]),
  })
  .superRefine(({ examples, ...own }, context) => {
    const named = [own.image, own.id, own.url, own.vector, own.crop].some((value) => value !== undefined);
    if (examples === undefined && sourceOf(own) === undefined)
      context.addIssue({ code: 'custom', message: BODY_PROBLEM });
    if (examples !== undefined && named) context.addIssue({ code: 'custom', path: ['examples'], message: ALONE });
  });

/** The parts of the query of a body that was checked. */
export function examplesOf({ examples = [], crop, ...own }: z.output<typeof searchBody>): Example[] {
  const source = sourceOf({ ...own, crop });
  if (source !== undefined) return [{ source, crop, weight: 1 }];
  return examples.flatMap((given) => {
    const found = sourceOf(given);
    return found === undefined ? [] : [{ source: found, crop: given.crop, weight: given.weight }];
  });
}
