import { HoldfastError } from '../../base/errors.ts';
import type { Query } from '../../index/shared/postgres/database.ts';

/** This server among those that share a database. */
export interface Member {
  /** A UUID of this run. */
  readonly server: string;
  /** The version that it serves, or is about to; undefined before that is chosen. */
  serving: string | undefined;
  /** The turn of the last promotion that it knows of. */
  turn: number;
  /** Whether it was told to serve another version than the others: it stays with that. */
  apart: boolean;
  /** Whether it promotes a version itself. */
  promoting: boolean;
}

/** A server says so often that it is there, and is taken for gone after three times as long. */
export const SEEN_MILLISECONDS = 5_000;
const GONE_SECONDS = 15;
/** The rows of `holdfast.servers` that are there. */
export const ALIVE = `seen > clock_timestamp() - interval '${GONE_SECONDS} seconds'`;

export async function tellSeen(query: Query, { server, serving }: Member): Promise<void> {
  await query(
    `INSERT INTO holdfast.servers (server, seen, serving) VALUES ($1, clock_timestamp(), $2)
     ON CONFLICT (server) DO UPDATE SET seen = clock_timestamp()`,
    [server, serving ?? null],
  );
}

export async function tellServing(query: Query, { server, serving }: Member): Promise<void> {
  await query('UPDATE holdfast.servers SET serving = $2 WHERE server = $1', [server, serving]);
}

/** @param from the only version that other servers may serve. @throws HoldfastError SERVERS_BESIDE */
export async function refuseServersBeside(query: Query, { server }: Member, from: string): Promise<void> {
  const [row] = await query<{ others: number; served: string }>(
    `SELECT count(*) AS others, string_agg(DISTINCT serving, ', ') AS served FROM holdfast.servers
     WHERE server <> $1 AND serving <> $2 AND ${ALIVE}`,
    [server, from],
  );
  const { others = 0, served = '' } = row ?? {};
  if (others === 0) return;
  throw new HoldfastError('SERVERS_BESIDE', `${others} other servers serve not ${from} but ${served}`);
}
