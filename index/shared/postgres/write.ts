import { HoldfastError } from '../../../base/errors.ts';
import type { Inserted, RecordToStore, Task, VectorEntry } from '../types.ts';
import { noteChanges } from './changes.ts';
import type { Database, Query } from './database.ts';
import { bytesOf } from './rows.ts';
import type { GalleryTables } from './schema.ts';
import { addTasks } from './tasks.ts';
import { jsonToPostgres, toPostgres } from './text.ts';
import { refuseOtherTurn } from './turns.ts';

/** ISO 8601, UTC, by the clock of the database, which is the same for all servers. */
const NOW = `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** As `SharedRecords.insert`. */
export function insertRecords(
  database: Database,
  tables: GalleryTables,
  tasks: readonly Task[],
  records: readonly RecordToStore[],
  replace: boolean,
): Promise<Inserted | undefined> {
  const { number, schema } = tables;
  return database.transaction(async (query) => {
    const { sequence, noted } = await lockGallery(query, tables);
    if (!(await holdTasks(query, schema, tasks))) return undefined;
    const last = lastOfEach(tasks, records);
    const ids = records.map(({ id }) => id);
    if (!replace) await refuseTaken(query, schema, ids, last.length);
    const gone = await query<{ label: number; id: string }>(
      `DELETE FROM ${schema}.records WHERE id = ANY($1::text[]) RETURNING label, id`,
      [ids],
    );
    const more = await addTasks(
      query,
      schema,
      gone.map(({ label }) => label),
    );
    await insertRows(query, schema, last, sequence);
    if (noted) await noteChanges(query, schema, sequence, ids);
    await moveOn(query, number, last.length - gone.length);
    return {
      replaced: replacedOf(ids, new Set(gone.map(({ id }) => id))),
      tasks: [...tasks, ...more],
      entries: last.map(entryOf),
    };
  });
}

/** As `SharedRecords.delete`. */
export function deleteRecord(database: Database, tables: GalleryTables, id: string): Promise<Task | undefined> {
  const { number, schema } = tables;
  return database.transaction(async (query) => {
    const { sequence, noted } = await lockGallery(query, tables);
    const [gone] = await query<{ label: number }>(`DELETE FROM ${schema}.records WHERE id = $1 RETURNING label`, [id]);
    if (gone === undefined) return undefined;
    const [task] = await addTasks(query, schema, [gone.label]);
    if (noted) await noteChanges(query, schema, sequence, [id]);
    await moveOn(query, number, -1);
    return task;
  });
}

interface Labelled {
  readonly label: number;
  readonly record: RecordToStore;
}

/**
 * One write at a time: no two that replace the same records can wait for each other, and who reads a sequence sees all
 * that was written up to it. Answers with the sequence of the write, and whether its ids are to be noted. @throws GALLERY_CLOSED
 */
async function lockGallery(
  query: Query,
  { number, turn }: GalleryTables,
): Promise<{ readonly sequence: number; readonly noted: boolean }> {
  const text = 'SELECT sequence, turn, changes_from FROM holdfast.galleries WHERE number = $1 FOR UPDATE';
  const [row] = await query<{ sequence: number; turn: number | null; changes_from: number | null }>(text, [number]);
  if (row === undefined) throw new HoldfastError('INDEX_DAMAGED', 'the gallery was removed from the database');
  refuseOtherTurn(row.turn, turn);
  return { sequence: row.sequence + 1, noted: row.changes_from !== null };
}

/** Keeps the tasks from being claimed until the end of the transaction. False when one was. */
async function holdTasks(query: Query, schema: string, tasks: readonly Task[]): Promise<boolean> {
  const numbers = tasks.map(({ task }) => task);
  const held = await query(`SELECT 1 FROM ${schema}.tasks WHERE task = ANY($1::bigint[]) AND NOT claimed FOR UPDATE`, [
    numbers,
  ]);
  return held.length === tasks.length;
}

/** Of records with the same id the last, each with its label. */
function lastOfEach(tasks: readonly Task[], records: readonly RecordToStore[]): Labelled[] {
  const last = new Map<string, Labelled>();
  for (const [i, record] of records.entries()) {
    const task = tasks[i];
    if (task === undefined) throw new RangeError(`${tasks.length} labels for ${records.length} records`);
    last.set(record.id, { label: task.label, record });
  }
  return [...last.values()];
}

/** Which records took the place of one that was there, or of one before them in the list. */
function replacedOf(ids: readonly string[], taken: Set<string>): boolean[] {
  return ids.map((id) => {
    const replaced = taken.has(id);
    taken.add(id);
    return replaced;
  });
}

async function refuseTaken(query: Query, schema: string, ids: readonly string[], different: number): Promise<void> {
  const [taken] = await query<{ id: string }>(`SELECT id FROM ${schema}.records WHERE id = ANY($1::text[]) LIMIT 1`, [
    ids,
  ]);
  const twice = different < ids.length ? ids.find((id, i) => ids.indexOf(id) !== i) : undefined;
  const id = taken?.id ?? twice;
  if (id !== undefined) throw new HoldfastError('RECORD_EXISTS', `there is a record with id ${id}`);
}

async function insertRows(query: Query, schema: string, rows: readonly Labelled[], sequence: number): Promise<void> {
  await query(
    `INSERT INTO ${schema}.records (label, id, text, metadata, fields, created_at, sequence, vector)
     SELECT label, id, text, metadata, fields, coalesce(created_at, ${NOW}), $7::bigint, vector FROM unnest(
       $1::bigint[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bytea[], $8::text[]
     ) AS new (label, id, text, metadata, fields, vector, created_at)`,
    [
      rows.map(({ label }) => label),
      rows.map(({ record }) => record.id),
      rows.map(({ record }) => (record.label === null ? null : toPostgres(record.label))),
      rows.map(({ record }) => record.metadata),
      // A record without metadata has no fields.
      rows.map(({ record }) => jsonToPostgres(record.metadata ?? '{}')),
      rows.map(({ record }) => bytesOf(record.vector)),
      sequence,
      rows.map(({ record }) => record.createdAt),
    ],
  );
}

async function moveOn(query: Query, number: number, change: number): Promise<void> {
  await query('UPDATE holdfast.galleries SET sequence = sequence + 1, count = count + $2 WHERE number = $1', [
    number,
    change,
  ]);
}

function entryOf({ label, record }: Labelled): VectorEntry {
  const metadata = record.metadata === null ? null : JSON.parse(record.metadata);
  return { label, vector: record.vector, metadata };
}
