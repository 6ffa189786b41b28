import { findNearest } from '../../../index/find.ts';
import { readVectors } from '../data.ts';
import { galleryBuilders } from '../gallery.ts';
import { openRecords, searchedPart } from '../parts.ts';
import { costOf, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* The gallery as it is after a start: each round of searches reads its records from the file, and compares their checksums. */

await servePeer((settings) => {
  const { queriesFile, dimension } = settings;
  const queries = readVectors(queriesFile, dimension);
  const { open, opened } = searchedPart(settings, (name) => name !== 'lock');
  return {
    ...galleryBuilders(settings),
    open,
    search: async ({ ef }) => {
      const searched = opened();
      const store = openRecords(settings);
      const rows: number[] = [];
      const cost = await costOf(() => {
        for (const query of queries) {
          const labels = findNearest(searched, query, { k: K, ef, exact: undefined, among: undefined }).map(
            ({ label }) => label,
          );
          const packed = searched.vectors.pack(labels);
          const vectorOf = (rank: number): Float32Array => packed.subarray(rank * dimension, (rank + 1) * dimension);
          for (const { id } of store.select(labels, vectorOf)) rows.push(Number(id));
        }
      });
      store.close();
      return { ...cost, rows };
    },
  };
});
