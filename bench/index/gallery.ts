import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openGallery } from '../../index/index.ts';
import type { GalleryOptions } from '../../index/types.ts';
import { readVectors } from './data.ts';
import { costOf, type Handlers } from './serve.ts';
import type { PeerSettings } from './types.ts';

const BATCH = 1000;
/** A picture's place is taken by a few bytes: what is measured are vectors. */
const IMAGE = { type: 'image/png', bytes: Buffer.from('picture') };

export function galleryOptions({ own, dimension }: PeerSettings): GalleryOptions {
  return { directory: own, model: 'bench', dimension };
}

/** How both of Holdfast's peers make a gallery: records in SQLite, writes in batches, folds meanwhile. */
export function galleryBuilders(settings: PeerSettings): Pick<Handlers, 'build' | 'rebuild'> {
  const { data, own, dimension } = settings;
  const options = galleryOptions(settings);
  return {
    build: () => {
      rmSync(own, { recursive: true, force: true });
      mkdirSync(own, { recursive: true });
      const vectors = readVectors(join(data, 'vectors.f32'), dimension);
      return costOf(async () => {
        const gallery = await openGallery(options);
        for (let row = 0; row < vectors.length; row += BATCH) {
          const part = vectors.slice(row, row + BATCH);
          await gallery.add(part.map((vector, i) => ({ id: String(row + i), vector, image: IMAGE })));
        }
        await gallery.save();
        await gallery.close();
      });
    },
    rebuild: () =>
      costOf(async () => {
        const gallery = await openGallery({ ...options, rebuild: true });
        await gallery.save();
        await gallery.close();
      }),
  };
}
