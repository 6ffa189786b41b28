import { LocalGallery } from '../../../index/local.ts';
import { readVectors } from '../data.ts';
import { galleryBuilders, galleryOptions } from '../gallery.ts';
import { costOf, diskBytes, residentBytes, servePeer } from '../serve.ts';
import { K } from '../types.ts';

/* The gallery as a server's index thread uses it: a search answers with records, whose checksums it compares. */

await servePeer((settings) => {
  const { own, dimension, queriesFile } = settings;
  const queries = readVectors(queriesFile, dimension);
  let gallery: LocalGallery | undefined;
  return {
    ...galleryBuilders(settings),
    open: async () => {
      const before = residentBytes();
      const cost = await costOf(() => {
        gallery = new LocalGallery(galleryOptions(settings));
      });
      return { ...cost, resident: residentBytes() - before, disk: diskBytes(own, (name) => name !== 'lock') };
    },
    search: async ({ ef }) => {
      const opened = gallery;
      if (opened === undefined) throw new RangeError('not open');
      const rows: number[] = [];
      const cost = await costOf(() => {
        for (const query of queries) for (const { id } of opened.search(query, { k: K, ef })) rows.push(Number(id));
      });
      return { ...cost, rows };
    },
  };
});
