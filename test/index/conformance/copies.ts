import { expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { recordOf } from '../support/galleries.ts';
import { Twin } from '../support/twin.ts';
import { clusteredUnits } from '../support/vectors.ts';
import type { Place } from './types.ts';

const D = 16;
const OTHERS = 400;
/** More than any graph bears whose nodes are connected to the nearest. */
const COPIES = 800;
const BATCH = 300;

export function copies(newPlace: () => Place): void {
  it('finds what is there among many copies of one picture', async () => {
    const random = createRandom('copies');
    const draw = clusteredUnits(random, D, 40);
    const [original = new Float32Array()] = draw(1);
    const others = draw(OTHERS).map((vector, i) => recordOf(`r${i}`, vector));
    const twin = new Twin();
    const gallery = await newPlace().open({ dimension: D });
    const records = random.shuffle([
      ...others,
      ...Array.from({ length: COPIES }, (_, i) => recordOf(`copy${i}`, original)),
    ]);
    for (const record of records) twin.put(record);
    for (let i = 0; i < records.length; i += BATCH) await gallery.add(records.slice(i, i + BATCH));
    await gallery.save();
    const lost: unknown[] = [];
    for (const { id, vector } of others.filter((_, i) => i % 4 === 0)) {
      const hits = await gallery.search(vector, { k: 10 });
      if (!hits.some((hit) => hit.id === id && hit.distance === 0)) lost.push(id);
    }
    // The layers of a graph are drawn: a few may be lost by chance, and were many before copies were looked after.
    expect(lost.length).toBeLessThanOrEqual(2);
    const near = await gallery.search(original, { k: 10 });
    expect(near.map(({ distance }) => distance)).toEqual(near.map(() => 0));
    let found = 0;
    const queries = draw(30);
    for (const query of queries) {
      // Which of the copies are in the list is all the same.
      const limit = Number(twin.nearest(query, 10).at(-1)?.distance) + 1e-5;
      found += (await gallery.search(query, { k: 10 })).filter(({ distance }) => distance <= limit).length;
    }
    expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.95);
    await gallery.close();
  }, 120_000);
}
