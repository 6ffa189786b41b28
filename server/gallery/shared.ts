import { openSharedGallery } from '../../index/shared/gallery.ts';
import { openDatabase } from '../../index/shared/postgres/database.ts';
import { openPostgresRecords } from '../../index/shared/postgres/records.ts';
import type { GalleryName } from '../../index/shared/postgres/schema.ts';
import type { Gallery } from '../../index/types.ts';
import type { StoreOptions } from '../stores/options.ts';
import { joinFleet } from './fleet.ts';
import { modelIdentity } from './identity.ts';
import type { Galleries } from './types.ts';

/** The galleries in stores that other servers share. @throws HoldfastError STORE_UNAVAILABLE, STORE_UNSUITABLE, OPTION_INVALID */
export async function sharedGalleries(stores: StoreOptions): Promise<Galleries> {
  const database = openDatabase(stores.records);
  const open = async (name: GalleryName, rebuild: boolean): Promise<Gallery> => {
    const records = await openPostgresRecords(database, name);
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
    open: ({ version, dimension, files }, rebuild = false) =>
      open({ name: version, model: modelIdentity({ version, files }), dimension }, rebuild),
    filledFrom: (version) => fleet.filledFrom(version),
    markFilled: ({ version, dimension, files }, source) =>
      fleet.markFilled({ name: version, model: modelIdentity({ version, files }), dimension }, source),
    async latestOther(version) {
      const other = await fleet.latestOther(version);
      return other && { model: other.model, open: () => open(other, false) };
    },
    // Servers of several versions may work beside each other: which was served last says nothing, and a promotion takes care.
    servedSince: async () => undefined,
    refuseServersBeside: () => fleet.refuseServersBeside(),
    promote: (promoted) => fleet.promote(promoted),
    async close() {
      await fleet.leave();
      await database.close();
    },
  };
}
