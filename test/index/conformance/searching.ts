import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { scoreOf } from '../../../index/score.ts';
import type { Filter, Gallery, NewRecord } from '../../../index/types.ts';
import { recordOf } from '../support/galleries.ts';
import { Twin } from '../support/twin.ts';
import { axis, clusteredUnits, unit } from '../support/vectors.ts';
import type { Place } from './types.ts';

const D = 16;
/** More than are scanned. */
const RECORDS = 1_500;
const idsOf = (hits: readonly { readonly id: string }[]): string[] => hits.map(({ id }) => id);

export function searching(newPlace: () => Place): void {
  describe('among thousands', () => {
    const random = createRandom('conformance');
    const draw = clusteredUnits(random, D, 80);
    const twin = new Twin();
    let records: NewRecord[];
    let gallery: Gallery;
    beforeAll(async () => {
      records = draw(RECORDS).map((vector, i) =>
        recordOf(`r${i}`, vector, { metadata: { share: i % 500, even: i % 2 === 0 } }),
      );
      gallery = await newPlace().open({ dimension: D });
      for (let start = 0; start < RECORDS; start += 500) await gallery.add(records.slice(start, start + 500));
      for (const record of records) twin.put(record);
      await gallery.save();
    });
    afterAll(() => gallery.close());

    it('finds each by itself first', async () => {
      for (let i = 0; i < RECORDS; i += 60) {
        const [hit] = await gallery.search(records[i]?.vector ?? axis(D, 0), { k: 10 });
        expect(hit).toMatchObject({ id: `r${i}`, distance: 0 });
      }
    });

    it('finds at least 98 % of the ten nearest, and all of them when it shall be exact', async () => {
      let found = 0;
      const queries = draw(50);
      for (const query of queries) {
        const truth = twin.nearest(query, 10);
        const exact = await gallery.search(query, { k: 10, exact: true });
        expect(idsOf(exact)).toEqual(idsOf(truth));
        for (const [i, { distance }] of exact.entries()) expect(distance).toBeCloseTo(Number(truth[i]?.distance), 5);
        const hits = idsOf(await gallery.search(query, { k: 10 }));
        expect(new Set(hits).size).toBe(10);
        found += truth.filter(({ id }) => hits.includes(id)).length;
      }
      expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.98);
    });

    it('finds at least 98 % through filters of every selectivity, and nothing that does not pass', async () => {
      const filters: readonly Filter[] = [
        { field: 'even', eq: true },
        {
          and: [
            { field: 'even', eq: true },
            { field: 'share', lt: 450 },
          ],
        },
        { field: 'share', lt: 50 },
        { field: 'share', in: [1, 2, 3] },
        { field: 'share', eq: 7 },
        { not: { field: 'share', lt: 495 } },
      ];
      let found = 0;
      let wanted = 0;
      for (const filter of filters) {
        for (const query of draw(8)) {
          const truth = idsOf(twin.nearest(query, 10, filter));
          const hits = idsOf(await gallery.search(query, { k: 10, filter }));
          expect(hits).toHaveLength(truth.length);
          found += truth.filter((id) => hits.includes(id)).length;
          wanted += truth.length;
          expect(idsOf(await gallery.search(query, { k: 3, filter, exact: true }))).toEqual(truth.slice(0, 3));
        }
      }
      expect(found / wanted).toBeGreaterThanOrEqual(0.98);
    });

    it('begins the longer list with the shorter one', async () => {
      for (const query of draw(8)) {
        const long = await gallery.search(query, { k: 20, ef: 200 });
        for (const k of [1, 5, 19]) {
          expect(idsOf(await gallery.search(query, { k, ef: 200 }))).toEqual(idsOf(long.slice(0, k)));
        }
      }
    });

    it('returns as many as there are when more are asked for', async () => {
      const [query = axis(D, 0)] = draw(1);
      expect(await gallery.search(query, { k: RECORDS + 5 })).toHaveLength(RECORDS);
      expect(await gallery.search(query, { k: 1e9, filter: { field: 'share', eq: 7 } })).toHaveLength(3);
      const many = await gallery.search(query, { k: 400 });
      expect(many).toHaveLength(400);
      const distances = many.map(({ distance }) => distance);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
    });

    it('leaves out what scores less than is asked for', async () => {
      const [query = axis(D, 0)] = draw(1);
      const all = await gallery.search(query, { k: 50, exact: true });
      const minScore = scoreOf(Number(all[20]?.distance));
      expect(idsOf(await gallery.search(query, { k: 50, exact: true, minScore }))).toEqual(idsOf(all.slice(0, 21)));
      expect(await gallery.search(query, { k: 50, minScore: 1 })).toEqual([]);
    });

    it('takes several weighted vectors as one query', async () => {
      const [a = axis(D, 0), b = axis(D, 1)] = draw(2);
      const query = [
        { vector: a, weight: 2 },
        { vector: b, weight: -0.5 },
      ];
      const sum = unit(a.map((value, i) => 2 * value - 0.5 * Number(b[i])));
      const hits = await gallery.search(query, { k: 10, exact: true });
      expect(idsOf(hits)).toEqual(idsOf(twin.nearest(sum, 10)));
    });

    it('is exact for a query that is not of unit length', async () => {
      const [query = axis(D, 0)] = draw(1);
      const long = query.map((value) => 7 * value);
      expect(idsOf(await gallery.search(long, { k: 10 }))).toEqual(idsOf(twin.nearest(long, 10)));
    });
  });

  it('ranks equal distances by age', async () => {
    const gallery = await newPlace().open({ dimension: D });
    await gallery.add(['z', 'y', 'x'].map((id) => recordOf(id, axis(D, 3))));
    await gallery.upsert([recordOf('z', axis(D, 3))]);
    expect(idsOf(await gallery.search(axis(D, 3), { k: 3 }))).toEqual(['y', 'x', 'z']);
    await gallery.close();
  });
}
