import { HoldfastError } from '../../../base/errors.ts';
import { filterToPostgres } from '../../filter/index.ts';
import { numberSql } from '../../filter/postgres.ts';
import { aside } from '../aside.ts';
import type { Database, Query } from '../postgres/database.ts';
import { findSchema } from '../postgres/schema.ts';
import { count } from '../postgres/tasks.ts';
import { jsonToPostgres } from '../postgres/text.ts';
import type { StoreOwner, VectorEntry, VectorSearch, VectorStore } from '../types.ts';

export const PGVECTOR = 'pgvector';

/** More dimensions have no index in pgvector. */
const MOST_DIMENSIONS = 2_000;
/** How many candidates the walk keeps, and the most that pgvector takes. */
const USUAL_EF = 100;
const MOST_EF = 1_000;
/** The first version that goes on walking when a filter lets few candidates pass. */
const OLDEST = [0, 8] as const;

/**
 * The vectors of a gallery beside its records in PostgreSQL, in an HNSW index of pgvector. The database stays the caller's.
 * @throws STORE_UNSUITABLE without pgvector 0.8 or with too many dimensions, STORE_UNAVAILABLE
 */
export async function openPgvector(database: Database, { identity, dimension }: StoreOwner): Promise<VectorStore> {
  if (dimension > MOST_DIMENSIONS) {
    const message = `pgvector has an index for at most ${MOST_DIMENSIONS} dimensions, the model has ${dimension}`;
    throw new HoldfastError('STORE_UNSUITABLE', message);
  }
  const { query } = database;
  const table = `${await findSchema(query, identity)}.vectors`;
  await database.transaction((inside) => makeTable(inside, table, dimension));
  return {
    kind: PGVECTOR,
    async put(entries) {
      await query(putting(table), [
        entries.map(({ label }) => label),
        textsOf(entries),
        entries.map(({ label, vector }) => textOf(aside(vector, label))),
        entries.map(({ metadata }) => jsonToPostgres(JSON.stringify(metadata ?? {}))),
      ]);
    },
    async remove(labels) {
      await query(`DELETE FROM ${table} WHERE label = ANY($1::bigint[])`, [labels]);
    },
    search: (vector, options) => database.transaction((inside) => search(inside, table, vector, options)),
    count: () => count(query, `SELECT 1 FROM ${table}`, []),
    async clear() {
      await query(`TRUNCATE ${table}`);
    },
    async close() {
      // The connections are the caller's.
    },
  };
}

async function makeTable(query: Query, table: string, dimension: number): Promise<void> {
  await makeExtension(query);
  await query('SELECT pg_advisory_xact_lock(hashtext($1))', [table]);
  const [made] = await query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (made?.there === true) return;
  await query(
    `CREATE TABLE ${table} (label bigint PRIMARY KEY, vector vector(${dimension}) NOT NULL, fields jsonb NOT NULL)`,
  );
  await query(`CREATE INDEX ON ${table} USING hnsw (vector vector_l2_ops)`);
}

async function makeExtension(query: Query): Promise<void> {
  const installed = `SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`;
  let [extension] = await query<{ version: string }>(installed);
  if (extension === undefined) {
    const offered = await query(`SELECT 1 FROM pg_available_extensions WHERE name = 'vector'`);
    if (offered.length === 0) throw new HoldfastError('STORE_UNSUITABLE', 'this PostgreSQL has no pgvector');
    await query('CREATE EXTENSION IF NOT EXISTS vector');
    [extension] = await query<{ version: string }>(installed);
  }
  const [major = 0, minor = 0] = (extension?.version ?? '').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  const message = `pgvector is ${extension?.version}, at least ${OLDEST.join('.')} is needed`;
  throw new HoldfastError('STORE_UNSUITABLE', message);
}

/** A copy of a vector that is there is put aside. */
function putting(table: string): string {
  return `
    INSERT INTO ${table} (label, vector, fields)
    SELECT label, CASE WHEN nearest.distance = 0 THEN aside ELSE vector END, fields
    FROM unnest($1::bigint[], $2::text[]::vector[], $3::text[]::vector[], $4::jsonb[]) AS new (label, vector, aside, fields)
    LEFT JOIN LATERAL (
      SELECT there.vector <-> new.vector AS distance FROM ${table} AS there ORDER BY there.vector <-> new.vector LIMIT 1
    ) AS nearest ON true
    ON CONFLICT (label) DO NOTHING`;
}

/** The vectors; a statement does not see what it puts itself, so that the copies among them are put aside here. */
function textsOf(entries: readonly VectorEntry[]): string[] {
  const seen = new Set<string>();
  return entries.map(({ label, vector }) => {
    const text = textOf(vector);
    if (seen.has(text)) return textOf(aside(vector, label));
    seen.add(text);
    return text;
  });
}

/** The walk goes on until enough pass the filter; its settings hold for the transaction. */
async function search(
  query: Query,
  table: string,
  vector: Float32Array,
  { k, ef, filter }: VectorSearch,
): Promise<number[]> {
  const kept = Math.min(MOST_EF, Math.max(k, ef ?? USUAL_EF));
  await query(
    `SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'strict_order', true)`,
    [String(kept)],
  );
  const sql = filterToPostgres(filter ?? { and: [] });
  const rows = await query<{ label: number }>(
    `SELECT label FROM ${table} WHERE ${numberSql(sql, 3)} ORDER BY vector <-> $1::vector LIMIT $2`,
    [textOf(vector), k, ...sql.values],
  );
  return rows.map(({ label }) => label);
}

/** As pgvector reads it. */
function textOf(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
