import { filterToPostgres } from '../../filter/index.ts';
import { numberSql } from '../../filter/postgres.ts';
import type { Filter } from '../../filter/types.ts';
import type { ListOptions, Page } from '../../types.ts';
import type { FoundRecord, VectorEntry } from '../types.ts';
import type { Query } from './database.ts';
import { type EntryRow, entryOf, foundOf, INFO, type InfoRow, infoOf, type VectorRow, vectorOf } from './rows.ts';
import { count } from './tasks.ts';

const EVERYTHING: Filter = { and: [] };
/** How many vectors of a scan are in memory at once. */
const SCANNED = 4_000;

/** A condition with the values of all placeholders, those before it first. */
function condition(filter: Filter, before: readonly unknown[]): { readonly where: string; readonly values: unknown[] } {
  const sql = filterToPostgres(filter);
  return { where: numberSql(sql, before.length + 1), values: [...before, ...sql.values] };
}

export async function findInfo(query: Query, schema: string, id: string): Promise<InfoRow | undefined> {
  const [row] = await query<InfoRow>(`SELECT ${INFO} FROM ${schema}.records WHERE id = $1`, [id]);
  return row;
}

export async function selectEntries(query: Query, schema: string, labels: readonly number[]): Promise<VectorEntry[]> {
  const rows = await query<EntryRow>(
    `SELECT label, vector, metadata FROM ${schema}.records WHERE label = ANY($1::bigint[]) ORDER BY label`,
    [labels],
  );
  return rows.map(entryOf);
}

export async function selectEntriesAfter(query: Query, schema: string, label: number, limit: number) {
  const rows = await query<EntryRow>(
    `SELECT label, vector, metadata FROM ${schema}.records WHERE label > $1 ORDER BY label LIMIT $2`,
    [label, limit],
  );
  return rows.map(entryOf);
}

/** As `SharedRecords.candidates`. */
export async function selectCandidates(
  query: Query,
  schema: string,
  labels: readonly number[],
  after: number,
): Promise<FoundRecord[]> {
  const rows = await query<InfoRow & VectorRow>(
    `SELECT ${INFO}, vector FROM ${schema}.records WHERE label = ANY($1::bigint[]) OR sequence > $2`,
    [labels, after],
  );
  return rows.map(foundOf);
}

export function countPassing(query: Query, schema: string, filter: Filter, limit: number | null): Promise<number> {
  const { where, values } = condition(filter, [limit]);
  return count(query, `SELECT 1 FROM ${schema}.records WHERE ${where} LIMIT $1`, values);
}

/** As `SharedRecords.list`. */
export async function selectPage(
  query: Query,
  schema: string,
  { limit, cursor = '', filter = EVERYTHING }: ListOptions,
): Promise<Page> {
  const { where, values } = condition(filter, [cursor, limit + 1]);
  const rows = await query<InfoRow>(
    `SELECT ${INFO} FROM ${schema}.records WHERE id > $1 AND ${where} ORDER BY id LIMIT $2`,
    values,
  );
  const records = rows.slice(0, limit).map(infoOf);
  return { records, next: rows.length > limit ? (records.at(-1)?.id ?? null) : null };
}

/** As `SharedRecords.scan`. */
export async function scanVectors(
  query: Query,
  schema: string,
  filter: Filter = EVERYTHING,
  visit: (label: number, vector: Float32Array) => void,
): Promise<void> {
  for (let last = 0; ; ) {
    const { where, values } = condition(filter, [last, SCANNED]);
    const rows = await query<VectorRow>(
      `SELECT label, vector FROM ${schema}.records WHERE label > $1 AND ${where} ORDER BY label LIMIT $2`,
      values,
    );
    for (const row of rows) visit(row.label, vectorOf(row));
    const end = rows.at(-1);
    if (end === undefined || rows.length < SCANNED) return;
    last = end.label;
  }
}

/** As `SharedRecords.sample`: the first record at or after each of `wanted` places between the first label and the last. */
export async function selectSample(query: Query, schema: string, wanted: number): Promise<FoundRecord[]> {
  const rows = await query<InfoRow & VectorRow>(
    `WITH ends AS (SELECT min(label) AS first, max(label) AS last FROM ${schema}.records)
     SELECT DISTINCT ON (label) ${INFO}, vector FROM ends, generate_series(0, $1::int - 1) AS place, LATERAL (
       SELECT * FROM ${schema}.records
       WHERE label >= first + floor((place + 0.5) * (last - first + 1) / $1)::bigint ORDER BY label LIMIT 1
     ) AS found ORDER BY label`,
    [wanted],
  );
  return rows.map(foundOf);
}

export async function selectAll(query: Query, schema: string): Promise<FoundRecord[]> {
  const rows = await query<InfoRow & VectorRow>(`SELECT ${INFO}, vector FROM ${schema}.records ORDER BY label`);
  return rows.map(foundOf);
}
