import { afterAll, beforeAll, describe } from 'vitest';
import { openSharedGallery } from '../../../../index/shared/gallery.ts';
import { type Database, openDatabase } from '../../../../index/shared/postgres/database.ts';
import { openPostgresImages } from '../../../../index/shared/postgres/images.ts';
import { openPostgresRecords } from '../../../../index/shared/postgres/records.ts';
import { redisVectors } from '../../../../index/shared/redis/index.ts';
import { galleryConformance } from '../../conformance/index.ts';
import { DIMENSION } from '../../conformance/types.ts';
import { MODEL } from '../../support/galleries.ts';
import { startPglite, type TestDatabase } from '../support/pglite.ts';
import { startCluster, type TestCluster } from './support/cluster.ts';
import { redis8 } from './support/server.ts';

const binary = redis8();

describe.runIf(binary !== undefined)('a gallery in PostgreSQL with a Redis Cluster', () => {
  let server: TestDatabase;
  let database: Database;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startPglite(), startCluster(String(binary), 1, 0)]);
    database = openDatabase(server.url, 1);
  });
  afterAll(async () => {
    await database.close();
    await Promise.all([server.stop(), cluster.stop()]);
  });

  let places = 0;
  galleryConformance(() => {
    const place = `place ${places++}`;
    return {
      async open({ name = 'gallery', model = MODEL, dimension = DIMENSION, rebuild = false } = {}) {
        const records = await openPostgresRecords(database, { name: `${place}/${name}`, model, dimension });
        const vectors = await redisVectors(cluster.address('?shards=3&replicas=0'))(records);
        const images = await openPostgresImages(database, records);
        return openSharedGallery({ records, vectors, images }, { rebuild, scanUpTo: 200 });
      },
    };
  });
});
