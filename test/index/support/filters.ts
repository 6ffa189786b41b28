import fc from 'fast-check';
import type { Filter, Metadata } from '../../../index/types.ts';

const KEYS = ['a', 'b', 'größe', 'with space', 'dot.ted', "quote's", '[0]', '$', '__proto__', 'constructor'];
const VALUES = [
  0,
  1,
  -1.5,
  1e21,
  2 ** 60,
  0.1,
  '',
  '0',
  '1',
  'a',
  'ä',
  'x\u0000y',
  '\u{1f600}',
  '\uffee',
  true,
  false,
  null,
];

/** A record's metadata, and filters with whether they let it pass. */
export const CAT: Metadata = {
  kind: 'cat',
  age: 7,
  tame: true,
  owner: null,
  tags: ['grey', 3, null],
  home: { town: 'Ulm' },
};
export const CASES: readonly [filter: unknown, passes: boolean][] = [
  [{ field: 'kind', eq: 'cat' }, true],
  [{ field: 'kind', eq: 'Cat' }, false],
  [{ field: 'age', eq: 7 }, true],
  [{ field: 'age', eq: '7' }, false],
  [{ field: 'tame', eq: true }, true],
  [{ field: 'tame', eq: 1 }, false],
  [{ field: 'tame', eq: false }, false],
  [{ field: 'owner', eq: null }, true],
  [{ field: 'nothing', eq: null }, false],
  [{ field: 'tags', eq: 'grey' }, false],
  [{ field: ['home', 'town'], eq: 'Ulm' }, true],
  [{ field: ['home', 'town', 'x'], eq: 'Ulm' }, false],
  [{ field: ['tags', '0'], eq: 'grey' }, false],
  [{ field: 'kind', in: ['dog', 'cat'] }, true],
  [{ field: 'kind', in: [] }, false],
  [{ field: 'age', in: [1, 7, 'x', null] }, true],
  [{ field: 'owner', in: [null] }, true],
  [{ field: 'age', gte: 7, lt: 8 }, true],
  [{ field: 'age', gt: 7 }, false],
  [{ field: 'age', lte: 7 }, true],
  [{ field: 'age', lt: '8' }, false],
  [{ field: 'kind', gte: 'b', lt: 'd' }, true],
  [{ field: 'tame', gte: 0 }, false],
  [{ field: 'tags', contains: 'grey' }, true],
  [{ field: 'tags', contains: 3 }, true],
  [{ field: 'tags', contains: null }, true],
  [{ field: 'tags', contains: true }, false],
  [{ field: 'kind', contains: 'cat' }, false],
  [{ field: 'home', contains: 'Ulm' }, false],
  [{ field: 'owner', exists: true }, true],
  [{ field: 'home', exists: false }, false],
  [{ field: 'nothing', exists: false }, true],
  [{ not: { field: 'nothing', eq: 1 } }, true],
  [{ not: { field: 'age', gt: 1 } }, false],
  [{ and: [] }, true],
  [{ or: [] }, false],
  [
    {
      and: [
        { field: 'kind', eq: 'cat' },
        {
          or: [
            { field: 'age', gt: 9 },
            { field: 'tame', eq: true },
          ],
        },
      ],
    },
    true,
  ],
];

/** Whatever filter and metadata, with values that databases have their own mind about. */
export function arbitraries(): { filter: fc.Arbitrary<Filter>; metadata: fc.Arbitrary<Metadata | null> } {
  const scalar = fc.oneof(fc.constantFrom(...VALUES), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const json = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
  const flat = fc.dictionary(fc.constantFrom(...KEYS), json);
  const metadata = fc.option(fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(json, flat)));
  const key = fc.constantFrom(...KEYS);
  const field = fc.oneof(key, fc.array(key, { minLength: 1, maxLength: 3 }));
  const bound = fc.constantFrom(...VALUES.filter((value) => typeof value === 'number' || typeof value === 'string'));
  const comparison = fc.constantFrom('gt', 'gte', 'lt', 'lte');
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ field, eq: scalar }),
      fc.record({ field, in: fc.array(scalar, { maxLength: 4 }) }),
      fc.record({ field, contains: scalar }),
      fc.record({ field, exists: fc.boolean() }),
      fc.tuple(field, comparison, bound).map(([at, name, value]) => ({ field: at, [name]: value })),
      fc.record({ not: tie('filter') }),
      fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    ),
  }));
  return { filter, metadata };
}
