import type { Task } from '../types.ts';
import type { Query } from './database.ts';

/* The tasks of a gallery: see `Task` in ../types.ts. */

export function countTasks(query: Query, schema: string, limit: number): Promise<number> {
  return count(query, `SELECT 1 FROM ${schema}.tasks LIMIT $1`, [limit]);
}

/** Gives out labels, each with a task. */
export async function reserveLabels(query: Query, schema: string, count: number): Promise<Task[]> {
  const tasks = await query<Task>(
    `INSERT INTO ${schema}.tasks (label) SELECT nextval('${schema}.labels') FROM generate_series(1, $1::int)
     RETURNING task, label`,
    [count],
  );
  return tasks.sort((a, b) => a.label - b.label);
}

export async function addTasks(query: Query, schema: string, labels: readonly number[]): Promise<Task[]> {
  if (labels.length === 0) return [];
  return query<Task>(`INSERT INTO ${schema}.tasks (label) SELECT unnest($1::bigint[]) RETURNING task, label`, [labels]);
}

/** As `SharedRecords.claim`. A server that is doing it too takes others. */
export function claimTasks(query: Query, schema: string, seconds: number, limit: number): Promise<Task[]> {
  return query<Task>(
    `UPDATE ${schema}.tasks SET claimed = true, since = clock_timestamp() WHERE task IN (
       SELECT task FROM ${schema}.tasks WHERE since <= clock_timestamp() - make_interval(secs => $1)
       ORDER BY task LIMIT $2 FOR UPDATE SKIP LOCKED
     ) RETURNING task, label`,
    [seconds, limit],
  );
}

/** As `SharedRecords.finish`. One statement sees the records at one moment. */
export function finishTasks(
  query: Query,
  schema: string,
  tasks: readonly Task[],
  there: readonly number[],
): Promise<Task[]> {
  return query<Task>(
    `WITH done AS (
       DELETE FROM ${schema}.tasks AS ending WHERE task = ANY($1::bigint[])
       AND (label = ANY($2::bigint[])) = EXISTS (SELECT 1 FROM ${schema}.records WHERE records.label = ending.label)
       RETURNING task
     )
     SELECT task, label FROM ${schema}.tasks WHERE task = ANY($1::bigint[]) AND task NOT IN (SELECT task FROM done)`,
    [tasks.map(({ task }) => task), there],
  );
}

/** How many rows a selection has. */
export async function count(query: Query, selection: string, values: readonly unknown[]): Promise<number> {
  const [row] = await query<{ count: number }>(`SELECT count(*) AS count FROM (${selection}) AS found`, values);
  return row?.count ?? 0;
}
