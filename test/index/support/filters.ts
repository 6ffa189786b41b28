import fc from 'fast-check';
import type { Filter } from '../../../index/filter/types.ts';
import type { Metadata } from '../../../index/types.ts';

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

const scalar = fc.oneof(fc.constantFrom(...VALUES), fc.double({ noNaN: true, noDefaultInfinity: true }));
const json = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const flat = fc.dictionary(fc.constantFrom(...KEYS), json);
const key = fc.constantFrom(...KEYS);
const field = fc.oneof(key, fc.array(key, { minLength: 1, maxLength: 3 }));
const bound = fc.constantFrom(...VALUES.filter((value) => typeof value === 'number' || typeof value === 'string'));
const comparison = fc.constantFrom('gt', 'gte', 'lt', 'lte');

/** Metadata of fields that `anyFilter` asks for, or null. */
export const anyMetadata: fc.Arbitrary<Metadata | null> = fc.option(
  fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(json, flat)),
);

/** A filter of any kinds. */
export const anyFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
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
})).filter;
