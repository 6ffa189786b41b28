import { HoldfastError } from '../../../base/errors.ts';
import type { RecordsState, SharedRecords } from '../types.ts';
import { changedAfter } from './changes.ts';
import type { Database, Query } from './database.ts';
import { beginLoad, endLoad, keepLoad } from './load.ts';
import * as read from './read.ts';
import { infoOf } from './rows.ts';
import { type GalleryName, type GalleryTables, openTables } from './schema.ts';
import { claimTasks, countTasks, finishTasks, reserveLabels } from './tasks.ts';
import { deleteRecord, insertRecords } from './write.ts';

/**
 * The records of a gallery in PostgreSQL; an empty gallery where there is none of that name. The database stays the caller's.
 * @param turn in which they may be written to (turns.ts); the gallery's present one by default.
 * @throws MODEL_MISMATCH, INDEX_DAMAGED, STORE_UNSUITABLE, STORE_UNAVAILABLE
 */
export async function openPostgresRecords(
  database: Database,
  name: GalleryName,
  turn?: number,
): Promise<SharedRecords> {
  const tables = await openTables(database, name, turn);
  const { number, identity, schema } = tables;
  const { query } = database;
  return {
    identity,
    model: name.model,
    dimension: name.dimension,
    state: () => stateOf(query, tables),
    countTasks: (limit) => countTasks(query, schema, limit),
    reserve: (count) => reserveLabels(query, schema, count),
    insert: (tasks, records, replace) => insertRecords(database, tables, tasks, records, replace),
    delete: (id) => deleteRecord(database, tables, id),
    claim: (seconds, limit) => claimTasks(query, schema, seconds, limit),
    finish: (tasks, there) => finishTasks(query, schema, tasks, there),
    entries: (labels) => read.selectEntries(query, schema, labels),
    entriesAfter: (label, limit) => read.selectEntriesAfter(query, schema, label, limit),
    async find(id) {
      const row = await read.findInfo(query, schema, id);
      return row && infoOf(row);
    },
    labelOf: async (id) => (await read.findInfo(query, schema, id))?.label,
    changedAfter: (sequence, most) => changedAfter(query, tables, sequence, most),
    candidates: (labels, after) => read.selectCandidates(query, schema, labels, after),
    countPassing: (filter, limit) => read.countPassing(query, schema, filter, limit ?? null),
    list: (options) => read.selectPage(query, schema, options),
    scan: (filter, visit) => read.scanVectors(query, schema, filter, visit),
    async sample(count) {
      const { count: all } = await stateOf(query, tables);
      return count < all ? read.selectSample(query, schema, count) : read.selectAll(query, schema);
    },
    beginLoad: (kind, loader) => beginLoad(query, number, kind, loader),
    keepLoad: (loader) => keepLoad(query, number, loader),
    endLoad: (loader) => endLoad(query, number, loader),
  };
}

/** All of it at one moment. */
async function stateOf(query: Query, { number, schema }: GalleryTables): Promise<RecordsState> {
  const [row] = await query<RecordsState>(
    `SELECT count, sequence, vectors, whole, (SELECT coalesce(json_agg(label), '[]') FROM ${schema}.tasks) AS pending
     FROM holdfast.galleries WHERE number = $1`,
    [number],
  );
  if (row === undefined) throw new HoldfastError('INDEX_DAMAGED', 'the gallery was removed from the database');
  return row;
}
