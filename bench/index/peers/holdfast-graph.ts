import { join } from 'node:path';
import { ExactIndex } from '../../../index/exact.ts';
import { findNearest, type Searched } from '../../../index/find.ts';
import { openGraph } from '../../../index/graph-open.ts';
import { RecordStore } from '../../../index/records.ts';
import { readVectors } from '../data.ts';
import { galleryBuilders, galleryOptions } from '../gallery.ts';
import { costOf, diskBytes, residentBytes, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* The same gallery without its records: the graph proposes and the exact distances rank, labels come out. */

await servePeer((settings) => {
  const { own, dimension, count, queriesFile } = settings;
  const queries = readVectors(queriesFile, dimension);
  let searched: Searched | undefined;
  const open = (): void => {
    const { directory, model } = galleryOptions(settings);
    const store = new RecordStore(join(directory, 'records.sqlite'), model, dimension);
    const vectors = new ExactIndex(dimension, count);
    store.forEachVector((label, vector) => vectors.add(label, vector));
    const { identity, sequence } = store;
    const { graph } = openGraph(join(directory, 'graph.hnsw'), { identity, model, dimension, sequence }, vectors);
    store.close();
    searched = { vectors, graph, fresh: new Set() };
  };
  return {
    ...galleryBuilders(settings),
    open: async () => {
      const before = residentBytes();
      const cost = await costOf(open);
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
