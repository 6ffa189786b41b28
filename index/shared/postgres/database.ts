import pg from 'pg';
import { namePostgresError, shouldRepeat } from './errors.ts';

/** Runs one statement and answers with its rows. Values stand for `$1`, `$2`, ... */
export type Query = <R extends object>(text: string, values?: readonly unknown[]) => Promise<R[]>;

/** A PostgreSQL database over a pool of connections. */
export interface Database {
  readonly query: Query;
  /** All statements of the work, or none. Is done again when PostgreSQL asks for it, so it must change nothing else. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const ATTEMPTS = 5;
const CONNECT_MILLISECONDS = 5_000;
/** The type of PostgreSQL's 64-bit integers, which `pg` gives as text. Ours stay far below 2^53. */
const INT8 = 20;

/**
 * @param url as `postgres://user:password@host:port/database`; all that `pg` understands. Nothing is connected yet.
 * @param connections at the most.
 */
export function openDatabase(url: string, connections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    types: { getTypeParser: (type, format) => (type === INT8 ? Number : pg.types.getTypeParser(type, format)) },
  });
  // An idle connection that breaks is replaced by the next statement, which tells when that fails.
  pool.on('error', () => undefined);

  const connect = (): Promise<pg.PoolClient> => named(() => pool.connect());
  const attempt = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    const client = await connect();
    const query: Query = (text, values) => run(client, text, values);
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(query);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  };
  return {
    query: (text, values) => named(() => run(pool, text, values)),
    transaction: (work) =>
      named(async () => {
        for (let done = 1; ; done++) {
          try {
            return await attempt(work);
          } catch (error) {
            if (done === ATTEMPTS || !shouldRepeat(error)) throw error;
          }
        }
      }),
    close: () => pool.end(),
  };
}

async function run<R extends object>(
  target: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  return (await target.query<R>(text, [...values])).rows;
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw namePostgresError(error);
  }
}
