import { describe, expect, it } from 'vitest';
import { openSharedGallery } from '../../../index/shared/gallery.ts';
import { openPgvector } from '../../../index/shared/pgvector/store.ts';
import type { Database } from '../../../index/shared/postgres/database.ts';
import { openPostgresImages } from '../../../index/shared/postgres/images.ts';
import { openPostgresRecords } from '../../../index/shared/postgres/records.ts';
import { galleryConformance } from '../conformance/index.ts';
import { DIMENSION } from '../conformance/types.ts';
import { MODEL, rejectionOf } from '../support/galleries.ts';
import { databaseForTests } from './support/database.ts';
import { startPglite } from './support/pglite.ts';

describe('a PostgreSQL that cannot keep vectors', () => {
  /** Answers questions for the extension as one that offers this version of it. */
  const having = (version: string | undefined): Database => {
    const query: Database['query'] = async <R extends object>(text: string) =>
      (text.includes('FROM holdfast.galleries')
        ? [{ number: 1 }]
        : text.includes('FROM pg_extension') && version !== undefined
          ? [{ version }]
          : []) as R[];
    return { query, transaction: (work) => work(query), close: async () => {} };
  };

  it.each([
    [undefined, 8, /no pgvector/],
    ['0.7.4', 8, /pgvector is 0\.7\.4, at least 0\.8/],
    ['0.8.0', 2001, /at most 2000 dimensions, the model has 2001/],
  ])('(pgvector %s, %i dimensions) says why', async (version, dimension, message) => {
    const error = await rejectionOf(openPgvector(having(version), { identity: 'a', dimension }));
    expect(error.code).toBe('STORE_UNSUITABLE');
    expect(error.message).toMatch(message);
  });
});

describe('a gallery in PostgreSQL with pgvector', () => {
  const database = databaseForTests(startPglite, 1);

  let places = 0;
  galleryConformance(() => {
    const place = `place ${places++}`;
    return {
      async open({ name = 'gallery', model = MODEL, dimension = DIMENSION, rebuild = false } = {}) {
        const records = await openPostgresRecords(database(), { name: `${place}/${name}`, model, dimension });
        const vectors = await openPgvector(database(), records);
        const images = await openPostgresImages(database(), records);
        return openSharedGallery({ records, vectors, images }, { rebuild, scanUpTo: 200 });
      },
    };
  });
});
