import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesFilter } from '../../../../index/filter/index.ts';
import { attributesOf } from '../../../../index/shared/redis/attributes.ts';
import { expressionOf } from '../../../../index/shared/redis/expression.ts';
import { tokens } from '../../../../index/shared/redis/token.ts';
import type { Filter, Metadata } from '../../../../index/types.ts';
import { arbitraries } from '../../support/filters.ts';
import { startNode, type TestNode } from './support/node.ts';
import { redis8 } from './support/server.ts';

const { filter: anyFilter, metadata: anyMetadata } = arbitraries();

describe('the expression of a filter', () => {
  const [isA, isB, hasA] = [tokens.equals('a', 1), tokens.equals('a', 'x'), tokens.exists('a')];
  const [number, single] = [tokens.number('a'), tokens.single('a')];
  const [one, x] = [tokens.value(1), tokens.value('x')];

  it.each<[Filter | undefined, string]>([
    [undefined, '1'],
    [{ and: [] }, '1'],
    [{ or: [] }, '0'],
    [{ field: 'a', eq: 1 }, `(.${single} in ["${one}"])`],
    [{ and: [{ field: ['a'], in: [1, 'x'] }] }, `((.${single} in ["${one}", "${x}"]))`],
    [{ field: 'a', in: [] }, '0'],
    [{ or: [{ field: ['a'], in: [1, 'x'] }] }, `((("${isA}" in .t) or ("${isB}" in .t)))`],
    [{ field: 'a', exists: false }, `(!("${hasA}" in .t))`],
    [{ not: { field: 'a', eq: 1 } }, `(!((("${isA}" in .t))))`],
    [{ field: 'a', gt: -1.5, lte: 1e21 }, `(.${number} > -1.5 and .${number} <= "1e+21")`],
    // What Redis cannot say lets pass whatever has the field, or all.
    [{ field: 'a', gt: 'b' }, `("${hasA}" in .t)`],
    [{ or: [{ field: 'a', gt: 1 }] }, `(("${hasA}" in .t))`],
    [{ not: { field: 'a', gt: 1 } }, '(!(0))'],
  ])('%j', (filter, expression) => {
    expect(expressionOf(filter)).toBe(expression);
  });

  it('stands in Redis as it is, whatever the metadata', () => {
    fc.assert(
      fc.property(anyFilter, anyMetadata, (filter, metadata) => {
        expect(expressionOf(filter)).toMatch(/^[\w\s().!"<>=+,[\]-]+$/);
        expect(attributesOf(metadata)).toMatch(/^[\w{}"[\],:.+-]+$/);
      }),
      { seed: 3, numRuns: 150 },
    );
  });
});

const binary = redis8();

describe.runIf(binary !== undefined)('the expression of a filter, in Redis', () => {
  let node: TestNode;
  const records = fc
    .sample(anyMetadata, { seed: 7, numRuns: 150 })
    .concat([1e-7, -5e-324, 1.7976931348623157e308, 2 ** 53, 0.1 + 0.2].map((n) => ({ n })));
  beforeAll(async () => {
    node = await startNode(String(binary), ['--cluster-enabled', 'no']);
    for (const [i, metadata] of records.entries()) {
      const attributes = attributesOf(metadata);
      await node.client().call('VADD', 'v', 'VALUES', '2', '1', `${i}`, `${i}`, 'NOQUANT', 'SETATTR', attributes);
    }
  });
  afterAll(() => node.stop());

  /** For each filter, the places of the records that Redis lets pass. */
  const passingEach = async (filters: readonly Filter[]): Promise<number[][]> => {
    const pipeline = node.client().pipeline();
    for (const filter of filters) {
      const options = ['COUNT', records.length, 'TRUTH', 'FILTER', expressionOf(filter)];
      pipeline.call('VSIM', 'v', 'VALUES', '2', '1', '1', ...options);
    }
    const answers = (await pipeline.exec()) ?? [];
    return answers.map(([error, answer]) => {
      if (error !== null) throw error;
      return (Array.isArray(answer) ? answer : []).map(Number).sort((a, b) => a - b);
    });
  };
  const passing = async (filter: Filter): Promise<number[]> => (await passingEach([filter])).flat();
  const truth = (filter: Filter): number[] =>
    [...records.keys()].filter((i) => matchesFilter(filter, records[i] as Metadata | null));

  /** Whether Redis can say it: no texts are compared, and no range may fail without the whole failing. */
  const isExact = (filter: Filter, alone = true): boolean => {
    if ('and' in filter) return filter.and.every((part) => isExact(part, alone));
    if ('or' in filter) return filter.or.every((part) => isExact(part, false));
    if ('not' in filter) return isExact(filter.not, false);
    const { field: _, ...condition } = filter;
    const kinds = Object.keys(condition);
    const isRange = kinds.every((kind) => ['gt', 'gte', 'lt', 'lte'].includes(kind));
    return !isRange || (alone && Object.values(condition).every((limit) => typeof limit === 'number'));
  };

  it('lets pass what passes, and nothing else where Redis can say it', async () => {
    const filters = fc.sample(anyFilter, { seed: 11, numRuns: 250 });
    const answers = await passingEach(filters);
    const seen = { exact: 0, held: 0 };
    for (const [i, filter] of filters.entries()) {
      const [found = [], wanted] = [answers[i], truth(filter)];
      const said = JSON.stringify(filter);
      if (isExact(filter)) expect(found, said).toEqual(wanted);
      else
        expect(
          wanted.filter((place) => !found.includes(place)),
          said,
        ).toEqual([]);
      seen.exact += Number(isExact(filter));
      seen.held += Number(wanted.length > 0);
    }
    expect(seen.exact).toBeGreaterThan(150);
    expect(seen.held).toBeGreaterThan(50);
  });

  it.each([1e-7, -5e-324, 1.7976931348623157e308, 2 ** 53, 0.1 + 0.2])('compares %d to the bit', async (n) => {
    expect(await passing({ field: 'n', gte: n, lte: n })).toEqual(truth({ field: 'n', eq: n }));
    expect(await passing({ field: 'n', gt: n })).toEqual(truth({ field: 'n', gt: n }));
  });

  it('takes the longest filters', async () => {
    const values = [...Array.from({ length: 510 }, (_, i) => 5000 + i), 'a', 1];
    const most: Filter = { field: 'a', in: values };
    expect(await passing(most)).toEqual(truth(most));
    const deep = Array.from({ length: 15 }).reduce<Filter>((inner) => ({ not: inner }), { field: 'a', exists: true });
    expect(await passing(deep)).toEqual(truth(deep));
    // Neither is worth its while: what has the field, and all.
    expect(await passing({ not: { not: most } })).toEqual(truth({ field: 'a', exists: true }));
    expect(await passing({ or: values.map((eq) => ({ field: 'a', eq })) })).toHaveLength(records.length);
  });
});
