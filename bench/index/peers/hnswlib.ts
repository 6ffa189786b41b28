import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type hnswlib from 'hnswlib-node';
import { readVectors } from '../data.ts';
import { costOf, diskBytes, residentBytes, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* hnswlib-node alone, from the folder of packages that is the first argument: the plain one, or one compiled for this processor. */

const { HierarchicalNSW }: typeof hnswlib = createRequire(resolve(process.argv[2] ?? '', 'package.json'))(
  'hnswlib-node',
);

await servePeer(({ data, own, count, dimension, m, efConstruction, queriesFile }) => {
  const queries = readVectors(queriesFile, dimension);
  const file = join(own, 'graph');
  let index = new HierarchicalNSW('l2', dimension);
  return {
    build: () => {
      mkdirSync(own, { recursive: true });
      const vectors = readVectors(join(data, 'vectors.f32'), dimension);
      return costOf(() => {
        index.initIndex(count, m, efConstruction);
        for (const [row, vector] of vectors.entries()) index.addPoint(Array.from(vector), row);
        index.writeIndexSync(file);
      });
    },
    open: async () => {
      const before = residentBytes();
      const cost = await costOf(() => {
        index = new HierarchicalNSW('l2', dimension);
        index.readIndexSync(file);
      });
      return { ...cost, resident: residentBytes() - before, disk: diskBytes(own) };
    },
    search: async ({ ef }) => {
      const rows: number[] = [];
      index.setEf(ef);
      const cost = await costOf(() => {
        for (const query of queries) rows.push(...index.searchKnn(Array.from(query), K).neighbors);
      });
      return { ...cost, rows };
    },
  };
});
