import { findNearest } from '../../../index/find.ts';
import { readVectors } from '../data.ts';
import { galleryBuilders } from '../gallery.ts';
import { searchedPart } from '../parts.ts';
import { costOf, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* The same gallery without its records: the graph proposes and the exact distances rank, labels come out. */

await servePeer((settings) => {
  const { dimension, queriesFile } = settings;
  const queries = readVectors(queriesFile, dimension);
  const { open, opened } = searchedPart(settings, (name) => name === 'graph.hnsw');
  return {
    ...galleryBuilders(settings),
    open,
    search: async ({ ef }) => {
      const searched = opened();
      const rows: number[] = [];
      const cost = await costOf(() => {
        for (const query of queries) {
          const found = findNearest(searched, query, { k: K, ef, exact: undefined, among: undefined });
          // Labels are given out from 1 on, in the order of the rows.
          for (const { label } of found) rows.push(label - 1);
        }
      });
      return { ...cost, rows };
    },
  };
});
