import { randomUUID } from 'node:crypto';
import { HoldfastError } from '../../../base/errors.ts';
import { addColumns } from './columns.ts';
import type { Database, Query } from './database.ts';

/** The number of the layout below; another one is not read. */
const FORMAT = 1;
/** Servers that start at once make the tables one after the other. */
const LOCK = 7_105_531;

/**
 * All galleries of a database. `loader` is the server that puts all vectors into their store, for as long as it says so
 * in time. A gallery's tables are in a schema of its own, so that its vectors may have an index and it goes at once.
 */
const GALLERIES = `
  CREATE SCHEMA IF NOT EXISTS holdfast;
  CREATE TABLE IF NOT EXISTS holdfast.galleries (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, format integer NOT NULL, identity uuid NOT NULL,
    name text NOT NULL UNIQUE, model text NOT NULL, dimension integer NOT NULL,
    sequence bigint NOT NULL DEFAULT 0, count bigint NOT NULL DEFAULT 0,
    vectors text, whole boolean NOT NULL DEFAULT false, loader text, loader_until timestamptz, turn bigint DEFAULT 0,
    changes_from bigint
  );
`;
/** What those of an older Holdfast lack. */
const ADDED = { turn: 'bigint DEFAULT 0', changes_from: 'bigint' };

/** The columns of `text` and `metadata` are as `toPostgres` has them, `fields` is what filters ask. */
const tables = (schema: string): string => `
  CREATE SCHEMA ${schema};
  CREATE SEQUENCE ${schema}.labels;
  CREATE TABLE ${schema}.records (
    label bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, text text, metadata text, fields jsonb NOT NULL,
    created_at text NOT NULL, sequence bigint NOT NULL, vector bytea NOT NULL
  );
  CREATE INDEX ON ${schema}.records (sequence);
  CREATE INDEX ON ${schema}.records USING gin (fields jsonb_path_ops);
  CREATE TABLE ${schema}.tasks (
    task bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(), claimed boolean NOT NULL DEFAULT false
  );
  CREATE TABLE ${schema}.images (label bigint PRIMARY KEY, type text NOT NULL, look text, bytes bytea NOT NULL);
  ALTER TABLE ${schema}.images ALTER COLUMN bytes SET STORAGE EXTERNAL;
`;

export interface GalleryName {
  /** Unique in the database. */
  readonly name: string;
  readonly model: string;
  readonly dimension: number;
}

/** Where the tables of a gallery are, and what it says of itself. */
export interface GalleryTables {
  readonly number: number;
  readonly identity: string;
  /** The schema of its tables, as it is written in SQL. */
  readonly schema: string;
  /** That it was opened with: see turns.ts. */
  readonly turn: number | null;
}

interface Row {
  readonly number: number;
  readonly format: number;
  readonly identity: string;
  readonly model: string;
  readonly dimension: number;
  readonly turn: number | null;
}

/** The schema of the gallery of a number, as it is written in SQL. */
export function schemaOf(number: number): string {
  return `holdfast_${number}`;
}

/** Keeps other servers from making tables, or from reading what this transaction changes under the same lock. */
export async function lockTables(query: Query): Promise<void> {
  await query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

/** The schema of the gallery that has this UUID. @throws INDEX_DAMAGED */
export async function findSchema(query: Query, identity: string): Promise<string> {
  const [row] = await query<{ number: number }>('SELECT number FROM holdfast.galleries WHERE identity = $1', [
    identity,
  ]);
  if (row === undefined) throw new HoldfastError('INDEX_DAMAGED', `gallery ${identity} is not in the database`);
  return schemaOf(row.number);
}

/**
 * Finds the gallery of a name, or makes an empty one.
 * @param turn that it is opened with; the one that it has by default.
 * @throws MODEL_MISMATCH, INDEX_DAMAGED, STORE_UNSUITABLE
 */
export async function openTables(database: Database, gallery: GalleryName, turn?: number): Promise<GalleryTables> {
  const { name, model, dimension } = gallery;
  const row =
    (await findRow(database.query, name)) ?? (await database.transaction((query) => create(query, gallery, turn)));
  if (row.format !== FORMAT) {
    throw new HoldfastError('INDEX_DAMAGED', `gallery ${name} has format ${row.format}, this version reads ${FORMAT}`);
  }
  if (row.model !== model || row.dimension !== dimension) {
    const what = `gallery ${name} was made by ${row.model} (${row.dimension} dimensions)`;
    throw new HoldfastError('MODEL_MISMATCH', `${what}, not by ${model} (${dimension} dimensions)`);
  }
  return { number: row.number, identity: row.identity, schema: schemaOf(row.number), turn: turn ?? row.turn };
}

async function findRow(query: Query, name: string): Promise<Row | undefined> {
  const [there] = await query<{ there: boolean }>(`SELECT to_regclass('holdfast.galleries') IS NOT NULL AS there`);
  if (there?.there !== true) return undefined;
  await completeGalleries(query);
  const columns = 'number, format, identity, model, dimension, turn';
  const [row] = await query<Row>(`SELECT ${columns} FROM holdfast.galleries WHERE name = $1`, [name]);
  return row;
}

/** Brings the table of an older Holdfast to the present layout; where there is none yet, nothing happens. */
export async function completeGalleries(query: Query): Promise<void> {
  await addColumns(query, 'holdfast.galleries', ADDED);
}

async function create(query: Query, { name, model, dimension }: GalleryName, turn = 0): Promise<Row> {
  await lockTables(query);
  await checkEncoding(query);
  await query(GALLERIES);
  const found = await findRow(query, name);
  if (found !== undefined) return found;
  const [row] = await query<Row>(
    `INSERT INTO holdfast.galleries (format, identity, name, model, dimension, turn) VALUES ($1, $2, $3, $4, $5, $6)
     RETURNING number, format, identity, model, dimension, turn`,
    [FORMAT, randomUUID(), name, model, dimension, turn],
  );
  if (row === undefined) throw new HoldfastError('STORE_UNAVAILABLE', `PostgreSQL did not make gallery ${name}`);
  await query(tables(schemaOf(row.number)));
  return row;
}

/** Texts are compared by the bytes of UTF-8, which is by code point. */
async function checkEncoding(query: Query): Promise<void> {
  const [row] = await query<{ encoding: string }>(`SELECT current_setting('server_encoding') AS encoding`);
  if (row?.encoding === 'UTF8') return;
  throw new HoldfastError('STORE_UNSUITABLE', `the database has encoding ${row?.encoding}, UTF8 is needed`);
}
