import type { Query } from './database.ts';

/**
 * Adds what a table that an older Holdfast made lacks; one that is not there is left to who makes it. To look first spares a table
 * that has it the lock of a change, which waits for the end of every dump.
 * @param columns each name with its type.
 */
export async function addColumns(
  query: Query,
  table: string,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  const there = await query<{ name: string | null }>(
    `SELECT attname AS name FROM to_regclass($1) AS found (oid) LEFT JOIN pg_attribute ON attrelid = oid AND NOT attisdropped
     WHERE oid IS NOT NULL`,
    [table],
  );
  if (there.length === 0) return;
  const names = new Set(there.map(({ name }) => name));
  for (const [name, type] of Object.entries(columns)) {
    if (!names.has(name)) await query(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${name} ${type}`);
  }
}
