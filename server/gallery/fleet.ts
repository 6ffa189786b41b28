import { randomUUID } from 'node:crypto';
import { HoldfastError } from '../../base/errors.ts';
import type { Database, Query } from '../../index/shared/postgres/database.ts';
import { type GalleryName, lockTables } from '../../index/shared/postgres/schema.ts';
import type { Promoted } from '../models/serving-file.ts';

/** What servers that share a database know of each other. */
export interface Fleet {
  readonly promoted: Promoted | undefined;
  filledFrom(version: string): Promise<string | undefined>;
  markFilled(gallery: GalleryName, source: string): Promise<void>;
  latestOther(version: string): Promise<GalleryName | undefined>;
  refuseServersBeside(): Promise<void>;
  promote(promoted: Promoted): Promise<void>;
  leave(): Promise<void>;
}

/** A server says so often that it is there, and is taken for gone after three times as long. */
const MILLISECONDS = 10_000;
const GONE_SECONDS = 30;

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS holdfast;
  CREATE TABLE IF NOT EXISTS holdfast.filled (
    name text PRIMARY KEY, model text NOT NULL, dimension integer NOT NULL, source text NOT NULL, at timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS holdfast.servers (server uuid PRIMARY KEY, seen timestamptz NOT NULL);
  CREATE TABLE IF NOT EXISTS holdfast.serving (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), version text NOT NULL, previous text
  );
`;

/** This server is one of those of the database until it leaves. @throws HoldfastError STORE_UNAVAILABLE */
export async function joinFleet(database: Database): Promise<Fleet> {
  const server = randomUUID();
  const { query } = database;
  const promoted = await database.transaction(async (inside) => {
    await lockTables(inside);
    await inside(TABLES);
    await tellSeen(inside, server);
    const [row] = await inside<Promoted>('SELECT version, previous FROM holdfast.serving');
    return row;
  });
  const timer = setInterval(() => void tellSeen(query, server).catch(() => undefined), MILLISECONDS);
  timer.unref();
  return {
    promoted,
    async filledFrom(version) {
      const [row] = await query<{ source: string }>('SELECT source FROM holdfast.filled WHERE name = $1', [version]);
      return row?.source;
    },
    async markFilled({ name, model, dimension }, source) {
      await query(
        `INSERT INTO holdfast.filled (name, model, dimension, source, at) VALUES ($1, $2, $3, $4, clock_timestamp())
         ON CONFLICT (name) DO UPDATE SET model = $2, dimension = $3, source = $4, at = clock_timestamp()`,
        [name, model, dimension, source],
      );
    },
    async latestOther(version) {
      const [row] = await query<GalleryName>(
        'SELECT name, model, dimension FROM holdfast.filled WHERE name <> $1 ORDER BY at DESC LIMIT 1',
        [version],
      );
      return row;
    },
    refuseServersBeside: () => refuseServersBeside(query, server),
    // A server that starts reads what is served under the same lock as it says that it is there.
    promote: ({ version, previous }) =>
      database.transaction(async (inside) => {
        await lockTables(inside);
        await refuseServersBeside(inside, server);
        await inside(
          `INSERT INTO holdfast.serving (version, previous) VALUES ($1, $2)
           ON CONFLICT (one) DO UPDATE SET version = $1, previous = $2`,
          [version, previous],
        );
      }),
    async leave() {
      clearInterval(timer);
      await query('DELETE FROM holdfast.servers WHERE server = $1', [server]).catch(() => undefined);
    },
  };
}

async function tellSeen(query: Query, server: string): Promise<void> {
  await query(
    `INSERT INTO holdfast.servers (server, seen) VALUES ($1, clock_timestamp())
     ON CONFLICT (server) DO UPDATE SET seen = clock_timestamp()`,
    [server],
  );
}

async function refuseServersBeside(query: Query, server: string): Promise<void> {
  const [row] = await query<{ others: number }>(
    `SELECT count(*) AS others FROM holdfast.servers
     WHERE server <> $1 AND seen > clock_timestamp() - make_interval(secs => $2)`,
    [server, GONE_SECONDS],
  );
  const others = row?.others ?? 0;
  if (others === 0) return;
  throw new HoldfastError(
    'SERVERS_BESIDE',
    `${others} other servers serve this gallery and would go on with the old version`,
  );
}
