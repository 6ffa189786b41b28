import type { Query } from './database.ts';
import type { GalleryTables } from './schema.ts';
import { schemaOf } from './schema.ts';

/*
 * Which records of a gallery change while it is being copied: each write notes their ids in its transaction, whichever server it is of.
 * `changes_from` is the sequence after which all are noted; null while none are.
 */

/** Begins to note. @param query of a transaction. */
export async function beginChanges(query: Query, name: string): Promise<void> {
  const number = await lockNamed(query, name);
  if (number === undefined) return;
  const table = `${schemaOf(number)}.changes`;
  await query(`DROP TABLE IF EXISTS ${table}`);
  await query(`CREATE TABLE ${table} (sequence bigint NOT NULL, id text COLLATE "C" NOT NULL)`);
  await query(`CREATE INDEX ON ${table} (sequence)`);
  await query('UPDATE holdfast.galleries SET changes_from = sequence WHERE number = $1', [number]);
}

/** Notes no more, and forgets. @param query of a transaction. */
export async function endChanges(query: Query, name: string): Promise<void> {
  const number = await lockNamed(query, name);
  if (number === undefined) return;
  await query('UPDATE holdfast.galleries SET changes_from = NULL WHERE number = $1', [number]);
  await query(`DROP TABLE IF EXISTS ${schemaOf(number)}.changes`);
}

/** Waits for a write that goes on. */
async function lockNamed(query: Query, name: string): Promise<number | undefined> {
  const [row] = await query<{ number: number }>('SELECT number FROM holdfast.galleries WHERE name = $1 FOR UPDATE', [
    name,
  ]);
  return row?.number;
}

export async function noteChanges(query: Query, schema: string, sequence: number, ids: readonly string[]) {
  await query(`INSERT INTO ${schema}.changes (sequence, id) SELECT $1, unnest($2::text[])`, [sequence, ids]);
}

/** As `SharedRecords.changedAfter`. */
export async function changedAfter(
  query: Query,
  { number, schema }: GalleryTables,
  sequence: number,
  most: number,
): Promise<ReadonlySet<string> | undefined> {
  const [gallery] = await query('SELECT 1 FROM holdfast.galleries WHERE number = $1 AND changes_from <= $2', [
    number,
    sequence,
  ]);
  if (gallery === undefined) return undefined;
  const rows = await query<{ id: string }>(`SELECT DISTINCT id FROM ${schema}.changes WHERE sequence > $1 LIMIT $2`, [
    sequence,
    most + 1,
  ]);
  return rows.length > most ? undefined : new Set(rows.map(({ id }) => id));
}
