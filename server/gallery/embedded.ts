import { join } from 'node:path';
import type { ModelManifest } from '../../embedding/types.ts';
import { openGallery } from '../../index/index.ts';
import { readPromoted, writePromoted } from '../models/serving-file.ts';
import { type Filled, latestOther, markLast, readFilled, servedSince } from './filled.ts';
import { modelIdentity } from './identity.ts';
import type { Galleries, OtherGallery } from './types.ts';

/** The galleries in folders below the data folder, for one server: the lock of the folder keeps others away. @throws HoldfastError MODEL_DAMAGED */
export function embeddedGalleries(data: string): Galleries {
  const galleries = join(data, 'gallery');
  const markFilled = async ({ version, dimension, files }: ModelManifest, source: string): Promise<void> =>
    markLast(galleries, version, { model: modelIdentity({ version, files }), dimension, source });
  return {
    promoted: readPromoted(data),
    serve: async () => 0,
    open: ({ version, dimension, files }, { rebuild = false } = {}) =>
      openGallery({
        directory: join(galleries, version),
        model: modelIdentity({ version, files }),
        dimension,
        rebuild,
      }),
    filledFrom: async (version) => readFilled(join(galleries, version))?.source,
    markFilled,
    latestOther: async (version) => openable(latestOther(galleries, version)),
    servedSince: async (version) => openable(servedSince(galleries, version)),
    async begin(previous, to) {
      const nothing = async (): Promise<void> => undefined;
      return {
        number: 0,
        ready: nothing,
        close: nothing,
        async swap() {
          writePromoted(data, { version: to.version, previous });
          await markFilled(to, previous);
        },
        end: nothing,
      };
    },
    follow: () => async () => undefined,
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
