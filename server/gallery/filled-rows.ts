import type { Query } from '../../index/shared/postgres/database.ts';
import type { GalleryName } from '../../index/shared/postgres/schema.ts';

/* Which galleries of a shared database are filled, as filled.ts has it of folders. */

export async function filledFrom(query: Query, name: string): Promise<string | undefined> {
  const [row] = await query<{ source: string }>('SELECT source FROM holdfast.filled WHERE name = $1', [name]);
  return row?.source;
}

export async function markFilled(query: Query, { name, model, dimension }: GalleryName, source: string): Promise<void> {
  await query(
    `INSERT INTO holdfast.filled (name, model, dimension, source, at) VALUES ($1, $2, $3, $4, clock_timestamp())
     ON CONFLICT (name) DO UPDATE SET model = $2, dimension = $3, source = $4, at = clock_timestamp()`,
    [name, model, dimension, source],
  );
}

export async function latestOther(query: Query, name: string): Promise<GalleryName | undefined> {
  const [row] = await query<GalleryName>(
    'SELECT name, model, dimension FROM holdfast.filled WHERE name <> $1 ORDER BY at DESC LIMIT 1',
    [name],
  );
  return row;
}
