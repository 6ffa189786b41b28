import { join } from 'node:path';
import { Doubles } from '../../index/doubles.ts';
import { ExactIndex } from '../../index/exact.ts';
import type { Searched } from '../../index/find.ts';
import { openGraph } from '../../index/graph-open.ts';
import { RecordStore } from '../../index/records.ts';
import { galleryOptions } from './gallery.ts';
import { costOf, diskBytes, residentBytes } from './serve.ts';
import type { PeerSettings } from './types.ts';

/** The records of a gallery that was built, without its lock: several peers read the same one. */
export function openRecords(settings: PeerSettings): RecordStore {
  const { directory, model, dimension } = galleryOptions(settings);
  return new RecordStore(join(directory, 'records.sqlite'), model, dimension);
}

/** The vectors and the graph of the same. */
export function openSearched(settings: PeerSettings): Searched {
  const { directory, model, dimension } = galleryOptions(settings);
  const store = openRecords(settings);
  const vectors = new ExactIndex(dimension, settings.count);
  store.forEachVector((label, vector) => vectors.add(label, vector));
  const { identity, sequence } = store;
  const { graph } = openGraph(join(directory, 'graph.hnsw'), { identity, model, dimension, sequence }, vectors);
  store.close();
  return { vectors, graph, fresh: new Set(), doubles: new Doubles(vectors) };
}

/** The same for a peer: opens and measures, `isOurs` naming the files that count, and then gives what was opened. */
export function searchedPart(settings: PeerSettings, isOurs: (name: string) => boolean) {
  let searched: Searched | undefined;
  return {
    async open() {
      const before = residentBytes();
      const cost = await costOf(() => {
        searched = openSearched(settings);
      });
      return { ...cost, resident: residentBytes() - before, disk: diskBytes(settings.own, isOurs) };
    },
    opened(): Searched {
      if (searched === undefined) throw new RangeError('not open');
      return searched;
    },
  };
}
