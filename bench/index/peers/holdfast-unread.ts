import { findNearest, type Searched } from '../../../index/find.ts';
import { readVectors } from '../data.ts';
import { galleryBuilders } from '../gallery.ts';
import { openRecords, openSearched } from '../parts.ts';
import { costOf, diskBytes, residentBytes, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* The gallery as it is after a start: each round of searches reads its records from the file, and compares their checksums. */

await servePeer((settings) => {
  const { own, queriesFile, dimension } = settings;
  const queries = readVectors(queriesFile, dimension);
  let searched: Searched | undefined;
  return {
    ...galleryBuilders(settings),
    open: async () => {
      const before = residentBytes();
      const cost = await costOf(() => {
        searched = openSearched(settings);
      });
      return { ...cost, resident: residentBytes() - before, disk: diskBytes(own, (name) => name !== 'lock') };
    },
    search: async ({ ef }) => {
      const opened = searched;
      if (opened === undefined) throw new RangeError('not open');
      const store = openRecords(settings);
      const rows: number[] = [];
      const cost = await costOf(() => {
        for (const query of queries) {
          const labels = findNearest(opened, query, { k: K, ef, exact: undefined, among: undefined }).map(
            ({ label }) => label,
          );
          const packed = opened.vectors.pack(labels);
          const vectorOf = (rank: number): Float32Array => packed.subarray(rank * dimension, (rank + 1) * dimension);
          for (const { id } of store.select(labels, vectorOf)) rows.push(Number(id));
        }
      });
      store.close();
      return { ...cost, rows };
    },
  };
});
