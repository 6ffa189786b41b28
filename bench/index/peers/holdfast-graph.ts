import { findNearest, type Searched } from '../../../index/find.ts';
import { readVectors } from '../data.ts';
import { galleryBuilders } from '../gallery.ts';
import { openSearched } from '../parts.ts';
import { costOf, diskBytes, residentBytes, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* The same gallery without its records: the graph proposes and the exact distances rank, labels come out. */

await servePeer((settings) => {
  const { own, dimension, queriesFile } = settings;
  const queries = readVectors(queriesFile, dimension);
  let searched: Searched | undefined;
  return {
    ...galleryBuilders(settings),
    open: async () => {
      const before = residentBytes();
      const cost = await costOf(() => {
        searched = openSearched(settings);
      });
      return { ...cost, resident: residentBytes() - before, disk: diskBytes(own, (name) => name === 'graph.hnsw') };
    },
    search: async ({ ef }) => {
      const opened = searched;
      if (opened === undefined) throw new RangeError('not open');
      const rows: number[] = [];
      const cost = await costOf(() => {
        for (const query of queries) {
          const found = findNearest(opened, query, { k: K, ef, exact: undefined, among: undefined });
          // Labels are given out from 1 on, in the order of the rows.
          for (const { label } of found) rows.push(label - 1);
        }
      });
      return { ...cost, rows };
    },
  };
});
