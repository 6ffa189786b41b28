import type { ImageStore, StoreOwner } from '../types.ts';
import type { Database } from './database.ts';
import { findSchema } from './schema.ts';
import { fromPostgres, toPostgres } from './text.ts';

/** The pictures of a gallery beside its records. The database stays the caller's. @throws STORE_UNAVAILABLE */
export async function openPostgresImages({ query }: Database, { identity }: StoreOwner): Promise<ImageStore> {
  const table = `${await findSchema(query, identity)}.images`;
  return {
    async put(label, { type, look = null, bytes }) {
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await query(
        `INSERT INTO ${table} (label, type, look, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT (label) DO NOTHING`,
        [label, toPostgres(type), look, value],
      );
    },
    async get(label) {
      const [row] = await query<{ type: string; look: string | null; bytes: Buffer }>(
        `SELECT type, look, bytes FROM ${table} WHERE label = $1`,
        [label],
      );
      return row && { type: fromPostgres(row.type), look: row.look ?? undefined, bytes: Uint8Array.from(row.bytes) };
    },
    async remove(labels) {
      await query(`DELETE FROM ${table} WHERE label = ANY($1::bigint[])`, [labels]);
    },
    async close() {
      // The connections are the caller's.
    },
  };
}
