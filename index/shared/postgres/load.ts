import type { Query } from './database.ts';

/* Putting all vectors of a gallery into a store: one server does it, for as long as it says in time that it still does. */

const HOLD = `clock_timestamp() + interval '60 seconds'`;

/** As `SharedRecords.beginLoad`. */
export function beginLoad(query: Query, number: number, kind: string, loader: string): Promise<boolean> {
  return changed(
    query,
    `UPDATE holdfast.galleries SET vectors = $2, whole = false, loader = $3, loader_until = ${HOLD}
     WHERE number = $1 AND (loader IS NULL OR loader = $3 OR loader_until < clock_timestamp()) RETURNING 1 AS one`,
    [number, kind, loader],
  );
}

/** As `SharedRecords.keepLoad`. */
export function keepLoad(query: Query, number: number, loader: string): Promise<boolean> {
  const text = `UPDATE holdfast.galleries SET loader_until = ${HOLD} WHERE number = $1 AND loader = $2 RETURNING 1 AS one`;
  return changed(query, text, [number, loader]);
}

/** As `SharedRecords.endLoad`. */
export function endLoad(query: Query, number: number, loader: string): Promise<boolean> {
  return changed(
    query,
    'UPDATE holdfast.galleries SET whole = true, loader = NULL WHERE number = $1 AND loader = $2 RETURNING 1 AS one',
    [number, loader],
  );
}

async function changed(query: Query, text: string, values: readonly unknown[]): Promise<boolean> {
  return (await query(text, values)).length > 0;
}
