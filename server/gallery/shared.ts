import type { ModelManifest } from '../../embedding/types.ts';
import { openSharedGallery } from '../../index/shared/gallery.ts';
import { openDatabase } from '../../index/shared/postgres/database.ts';
import { openPostgresRecords } from '../../index/shared/postgres/records.ts';
import type { GalleryName } from '../../index/shared/postgres/schema.ts';
import type { Gallery } from '../../index/types.ts';
import type { StoreOptions } from '../stores/options.ts';
import { joinFleet } from './fleet.ts';
import { modelIdentity } from './identity.ts';
import type { Galleries, OpenGalleryOptions } from './types.ts';

/** The galleries in stores that other servers share. @throws HoldfastError STORE_UNAVAILABLE, STORE_UNSUITABLE, OPTION_INVALID */
export async function sharedGalleries(stores: StoreOptions): Promise<Galleries> {
  const database = openDatabase(stores.records);
  const open = async (name: GalleryName, { rebuild = false, turn }: OpenGalleryOptions): Promise<Gallery> => {
    const records = await openPostgresRecords(database, name, turn);
    const vectors = await stores.vectors(database)(records);
    try {
      const images = await stores.images(database)(records);
      return await openSharedGallery({ records, vectors, images }, { rebuild });
    } catch (error) {
      await vectors.close();
      throw error;
    }
  };
  const fleet = await joinFleet(database).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  return {
    promoted: fleet.promoted,
    serve: (version) => fleet.serve(version),
    open: (manifest, options = {}) => open(nameOf(manifest), options),
    filledFrom: (version) => fleet.filledFrom(version),
    markFilled: (manifest, source) => fleet.markFilled(nameOf(manifest), source),
    async latestOther(version) {
      const other = await fleet.latestOther(version);
      return other && { model: other.model, open: () => open(other, {}) };
    },
    // Servers of several versions may work beside each other: which was served last says nothing, and a promotion takes care.
    servedSince: async () => undefined,
    begin: (from, to) => fleet.begin(from, nameOf(to)),
    follow: (peer, onFault) => fleet.follow(peer, onFault),
    async close() {
      await fleet.leave();
      await database.close();
    },
  };
}

function nameOf({ version, dimension, files }: ModelManifest): GalleryName {
  return { name: version, model: modelIdentity({ version, files }), dimension };
}
