import { describe } from 'vitest';
import { openSharedGallery } from '../../../index/shared/gallery.ts';
import { openFolderImages } from '../../../index/shared/images/folder.ts';
import { openPostgresRecords } from '../../../index/shared/postgres/records.ts';
import { galleryConformance } from '../conformance/index.ts';
import { DIMENSION } from '../conformance/types.ts';
import { MODEL, temporaryFolders } from '../support/galleries.ts';
import { databaseForTests } from './support/database.ts';
import { memoryVectors } from './support/memory-vectors.ts';
import { hasPostgres, startPostgres } from './support/postgres.ts';

const folder = temporaryFolders();

describe.skipIf(!hasPostgres())('a gallery in PostgreSQL with vectors elsewhere and pictures in a folder', () => {
  const database = databaseForTests(startPostgres);

  let places = 0;
  galleryConformance(() => {
    const place = `place ${places++}`;
    const vectors = memoryVectors();
    const images = folder();
    return {
      async open({ name = 'gallery', model = MODEL, dimension = DIMENSION, rebuild = false } = {}) {
        const records = await openPostgresRecords(database(), { name: `${place}/${name}`, model, dimension });
        const stores = {
          records,
          vectors: await vectors.open(records),
          images: await openFolderImages(images, records),
        };
        return openSharedGallery(stores, { rebuild, scanUpTo: 200 });
      },
    };
  });
});
