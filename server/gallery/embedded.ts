import { join } from 'node:path';
import { openGallery } from '../../index/index.ts';
import { readPromoted, writePromoted } from '../models/serving-file.ts';
import { type Filled, latestOther, markLast, readFilled, servedSince } from './filled.ts';
import { modelIdentity } from './identity.ts';
import type { Galleries, OtherGallery } from './types.ts';

/** The galleries in folders below the data folder, for one server. @throws HoldfastError MODEL_DAMAGED */
export function embeddedGalleries(data: string): Galleries {
  const galleries = join(data, 'gallery');
  return {
    promoted: readPromoted(data),
    open: ({ version, dimension, files }, rebuild = false) =>
      openGallery({
        directory: join(galleries, version),
        model: modelIdentity({ version, files }),
        dimension,
        rebuild,
      }),
    filledFrom: async (version) => readFilled(join(galleries, version))?.source,
    async markFilled({ version, dimension, files }, source) {
      markLast(galleries, version, { model: modelIdentity({ version, files }), dimension, source });
    },
    latestOther: async (version) => openable(latestOther(galleries, version)),
    servedSince: async (version) => openable(servedSince(galleries, version)),
    async refuseServersBeside() {
      // The lock of the data folder keeps them away.
    },
    async promote(promoted) {
      writePromoted(data, promoted);
    },
    async close() {
      // Each gallery has its own files.
    },
  };
}

function openable(other: (Filled & { readonly directory: string }) | undefined): OtherGallery | undefined {
  if (other === undefined) return undefined;
  const { directory, model, dimension } = other;
  return { model, open: () => openGallery({ directory, model, dimension }) };
}
