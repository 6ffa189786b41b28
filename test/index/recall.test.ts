import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { LocalGallery } from '../../index/local.ts';
import { packRecords } from '../../index/packing.ts';
import { foldHere, optionsOf, recordOf, temporaryFolders } from './support/galleries.ts';
import { clusteredUnits } from './support/vectors.ts';

/* Recall at 10 through the life of a gallery. HOLDFAST_TEST_VECTORS=100000 takes as many of 128 dimensions. */
const COUNT = Number(process.env.HOLDFAST_TEST_VECTORS ?? 2500);
const DIMENSION = COUNT >= 100_000 ? 128 : 32;
const QUERIES = 100;

const folder = temporaryFolders();
const open = (directory: string): LocalGallery => new LocalGallery(optionsOf(directory, DIMENSION), foldHere);

describe('recall at 10', () => {
  it(
    `of ${COUNT} vectors is at least 0.98, and stays through restarts, deletes, reinserts and a new generation`,
    async () => {
      const draw = clusteredUnits(createRandom('life'), DIMENSION, Math.ceil(COUNT / 50));
      const records = draw(COUNT).map((vector, i) => recordOf(`r${i}`, vector));
      const queries = draw(QUERIES);
      const directory = folder();
      let gallery = open(directory);
      const store = (part: typeof records): void => {
        for (let i = 0; i < part.length; i += 1000) gallery.upsert(packRecords(part.slice(i, i + 1000), DIMENSION));
      };
      const recall = (): number => {
        let found = 0;
        for (const query of queries) {
          const truth = gallery.search(query, { k: 10, exact: true }).map(({ id }) => id);
          found += gallery.search(query, { k: 10 }).filter(({ id }) => truth.includes(id)).length;
        }
        return found / (10 * QUERIES);
      };
      store(records);
      await gallery.save();
      const first = recall();
      expect(first).toBeGreaterThanOrEqual(0.98);

      await gallery.close();
      gallery = open(directory);
      expect(gallery.status()).toMatchObject({ graph: 'opened', fresh: 0 });
      expect(recall()).toBe(first);

      const gone = records.filter((_, i) => i % 10 < 3);
      for (const { id } of gone) gallery.remove(String(id));
      expect(recall()).toBeGreaterThanOrEqual(first - 0.005);
      store(gone);
      expect(recall()).toBeGreaterThanOrEqual(first - 0.005);
      await gallery.save();
      expect(gallery.status()).toMatchObject({ count: COUNT, fresh: 0 });
      expect(recall()).toBeGreaterThanOrEqual(first - 0.005);
      await gallery.close();
    },
    60_000 + 20 * COUNT,
  );
});
