import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { HoldfastError } from '../base/errors.ts';
import { createRandom, type Random } from '../base/random.ts';
import { openSharedGallery } from '../index/shared/gallery.ts';
import { openPgvector } from '../index/shared/pgvector/store.ts';
import { type Database, openDatabase } from '../index/shared/postgres/database.ts';
import { openPostgresImages } from '../index/shared/postgres/images.ts';
import { openPostgresRecords } from '../index/shared/postgres/records.ts';
import { findSchema } from '../index/shared/postgres/schema.ts';
import { redisVectors } from '../index/shared/redis/index.ts';
import type { Gallery, NewRecord } from '../index/types.ts';
import { interleave, type Report } from './harness.ts';
import { redisMemory } from './redis-memory.ts';
import { searchCost } from './search-cost.ts';

const RECORDS = 5_000;
const DIMENSION = 128;
const BATCH = 64;
const QUERIES = 50;
/** Searches whose CPU time is taken: enough for the clock of Redis. */
const COSTED = 200;
const K = 10;
/** Classes, as the vectors of a model have them: centres with noise around. */
const CENTRES = 200;

interface Served {
  readonly url: string;
  readonly what: string;
  readonly connections: number;
  stop(): Promise<void>;
}

/** What a record takes, in bytes, by what it is in. */
type Sizes = Readonly<Record<string, number>>;

/**
 * What a shared gallery costs: bytes per record, rate of writes, time, CPU time and recall of a search. In the database that
 * HOLDFAST_RECORDS names, or else in PostgreSQL compiled to WebAssembly within this process, which is slower; with
 * vectors in the Redis Cluster that HOLDFAST_VECTORS names, or else in pgvector.
 */
export async function benchShared(): Promise<Report> {
  const served = await serve();
  const database = openDatabase(served.url, served.connections);
  const name = `bench ${randomUUID()}`;
  try {
    const records = await openPostgresRecords(database, { name, model: 'bench', dimension: DIMENSION });
    const redis = process.env.HOLDFAST_VECTORS?.startsWith('redis') ? process.env.HOLDFAST_VECTORS : undefined;
    const stores = {
      records,
      vectors: redis ? await redisVectors(redis)(records) : await openPgvector(database, records),
      images: await openPostgresImages(database, records),
    };
    const gallery = await openSharedGallery(stores);
    const schema = await findSchema(database.query, records.identity);
    try {
      const sizes = () =>
        redis ? sizesWithRedis(database, schema, redis, records.identity) : sizesOf(database, schema);
      return await measure(gallery, sizes, `${served.what} and ${stores.vectors.kind}`, redis);
    } finally {
      await stores.vectors.clear();
      await gallery.close();
      await database.query(`DROP SCHEMA ${schema} CASCADE`);
      await database.query('DELETE FROM holdfast.galleries WHERE name = $1', [name]);
    }
  } finally {
    await database.close();
    await served.stop();
  }
}

async function measure(
  gallery: Gallery,
  sizes: () => Promise<Sizes>,
  what: string,
  redis: string | undefined,
): Promise<Report> {
  const draw = drawer(createRandom('bench shared'));
  await gallery.save();
  const started = performance.now();
  for (let start = 0; start < RECORDS; start += BATCH) {
    const count = Math.min(BATCH, RECORDS - start);
    await gallery.add(Array.from({ length: count }, (_, i) => recordOf(start + i, draw())));
  }
  const seconds = (performance.now() - started) / 1000;
  const queries = Array.from({ length: QUERIES }, draw);
  let found = 0;
  for (const query of queries) {
    const exact = new Set((await gallery.search(query, { k: K, exact: true })).map(({ id }) => id));
    found += (await gallery.search(query, { k: K })).filter(({ id }) => exact.has(id)).length;
  }
  const next = (): Float32Array => draw();
  const timings = await interleave(
    [
      { name: 'search', run: () => gallery.search(next(), { k: K }) },
      {
        name: 'search, half pass the filter',
        run: () => gallery.search(next(), { k: K, filter: { field: 'half', eq: true } }),
      },
      {
        name: 'search, 1 in 100 pass the filter',
        run: () => gallery.search(next(), { k: K, filter: { field: 'hundred', eq: 7 } }),
      },
    ],
    QUERIES,
  );
  const cost = await searchCost(() => gallery.search(next(), { k: K }), COSTED, redis);
  const costs: [string, number][] = [['CPU of a search here, ms', cost.here]];
  if (cost.masters !== undefined) costs.push(['CPU of a search in the masters, ms', cost.masters]);
  const bytes = await sizes();
  const rate = RECORDS / seconds;
  const recall = found / (QUERIES * K);
  return {
    name: `a shared gallery of ${RECORDS} vectors of ${DIMENSION} dimensions in ${what}`,
    rows: [
      ['', 'value'],
      [`records written per second, ${BATCH} at once`, rate.toFixed(0)],
      ...timings.map(({ name, median }) => [`${name}, ms`, median.toFixed(2)]),
      ...costs.map(([name, value]) => [name, value.toFixed(2)]),
      [`recall@${K}`, recall.toFixed(3)],
      ...Object.entries(bytes).map(([table, size]) => [`bytes per record, ${table}`, size.toFixed(0)]),
    ],
    figures: {
      rate: Math.round(rate),
      recall,
      ...Object.fromEntries(costs.map(([name, value]) => [name, Number(value.toFixed(3))])),
      ...Object.fromEntries(timings.map(({ name, median }) => [name, Number(median.toFixed(3))])),
      ...Object.fromEntries(Object.entries(bytes).map(([table, size]) => [`bytes ${table}`, Math.round(size)])),
    },
  };
}

/** On disk, by table, indexes beside. */
async function sizesOf(database: Database, schema: string): Promise<Sizes> {
  return {
    records: await sizeOf(database, `pg_total_relation_size('${schema}.records')`),
    vectors: await sizeOf(database, `pg_total_relation_size('${schema}.vectors')`),
    'of these the index': await sizeOf(database, `pg_relation_size('${schema}.vectors_vector_idx')`),
  };
}

/** Records on disk, vectors in the memory of the masters. */
async function sizesWithRedis(database: Database, schema: string, address: string, identity: string): Promise<Sizes> {
  const { vectors, labels } = await redisMemory(address, identity);
  return {
    records: await sizeOf(database, `pg_total_relation_size('${schema}.records')`),
    'vectors with attributes': vectors / RECORDS,
    labels: labels / RECORDS,
  };
}

async function sizeOf(database: Database, expression: string): Promise<number> {
  const [row] = await database.query<{ size: number }>(`SELECT ${expression} AS size`);
  return (row?.size ?? 0) / RECORDS;
}

function recordOf(number: number, vector: Float32Array): NewRecord {
  const metadata = { half: number % 2 === 0, hundred: number % 100 };
  return { id: `r${number}`, vector, metadata, image: { type: 'image/png', bytes: new Uint8Array(64) } };
}

function drawer(random: Random): () => Float32Array {
  const centres = Array.from({ length: CENTRES }, () =>
    Float32Array.from({ length: DIMENSION }, () => random.normal()),
  );
  return () => {
    const vector = random.pick(centres).map((value) => value + random.normal());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
}

async function serve(): Promise<Served> {
  const url = process.env.HOLDFAST_RECORDS;
  if (url) return { url, what: 'PostgreSQL', connections: 10, stop: async () => {} };
  const { PGlite, vector, PGLiteSocketServer } = await pglite();
  const db = await PGlite.create({ extensions: { vector } });
  const reserved = createServer().listen(0, '127.0.0.1');
  await once(reserved, 'listening');
  const address = reserved.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  reserved.close();
  await once(reserved, 'close');
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1' });
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
    what: 'PostgreSQL in WebAssembly',
    connections: 1,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}

/** Installed for tests and benches only. */
async function pglite() {
  try {
    const [{ PGlite }, { vector }, { PGLiteSocketServer }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite-pgvector'),
      import('@electric-sql/pglite-socket'),
    ]);
    return { PGlite, vector, PGLiteSocketServer };
  } catch (cause) {
    throw new HoldfastError(
      'DATA_MISSING',
      'set HOLDFAST_RECORDS to a database, or install with the packages of development',
      {
        cause,
      },
    );
  }
}
