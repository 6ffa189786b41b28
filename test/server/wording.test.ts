import { expect, it } from 'vitest';
import { z } from 'zod';
import { problemsOf } from '../../server/http/problems.ts';
import { wording } from '../../server/http/wording.ts';

const schema = z.strictObject({
  count: z.int().min(4).max(20),
  share: z.number().gt(0).lt(1).optional(),
  name: z.string().min(1).max(3).optional(),
  list: z.array(z.boolean()).min(1).max(2).optional(),
  kind: z.enum(['one', 'two']).optional(),
  only: z.literal('this').optional(),
  about: z.record(z.string(), z.unknown()).optional(),
  own: z.string({ error: 'must be mine' }).optional(),
});

it.each([
  [{}, 'count: is missing'],
  [{ count: 3 }, 'count: must be at least 4'],
  [{ count: 21 }, 'count: must be at most 20'],
  [{ count: 'many' }, 'count: must be a number'],
  [{ count: 4.5 }, 'count: must be a whole number'],
  [{ count: 4, share: 0 }, 'share: must be more than 0'],
  [{ count: 4, share: 1 }, 'share: must be less than 1'],
  [{ count: 4, name: '' }, 'name: must have at least 1 character'],
  [{ count: 4, name: 'long' }, 'name: must have at most 3 characters'],
  [{ count: 4, name: null }, 'name: must be a text'],
  [{ count: 4, list: [] }, 'list: must have at least 1 entry'],
  [{ count: 4, list: [1] }, 'list.0: must be true or false'],
  [{ count: 4, kind: 'three' }, 'kind: must be one of one, two'],
  [{ count: 4, only: 'that' }, 'only: must be this'],
  [{ count: 4, about: 1 }, 'about: must be an object'],
  [{ count: 4, own: 1 }, 'own: must be mine'],
  [{ count: 4, top: 3, 'a"b': 1 }, 'there is no "top", "a\\"b"'],
  [[], 'must be an object'],
])('%j: %s', (value, said) => {
  const result = schema.safeParse(value, { error: wording });
  expect(result.success ? '' : problemsOf(result.error)).toBe(said);
});
