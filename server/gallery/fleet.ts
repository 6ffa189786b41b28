import { randomUUID } from 'node:crypto';
import { addColumns } from '../../index/shared/postgres/columns.ts';
import type { Database, Query } from '../../index/shared/postgres/database.ts';
import { completeGalleries, type GalleryName, lockTables } from '../../index/shared/postgres/schema.ts';
import { giveTurn, turnOf } from '../../index/shared/postgres/turns.ts';
import type { Promoted } from '../models/serving-file.ts';
import { filledFrom, latestOther, markFilled } from './filled-rows.ts';
import { startFollowing } from './follow.ts';
import { type Member, SEEN_MILLISECONDS, tellSeen, tellServing } from './member.ts';
import { beginTurn, giveUpLapsed } from './turn.ts';
import type { Galleries, Turn } from './types.ts';

/** What servers that share a database know of each other. */
export interface Fleet extends Pick<Galleries, 'promoted' | 'serve' | 'filledFrom' | 'follow'> {
  markFilled(gallery: GalleryName, source: string): Promise<void>;
  latestOther(version: string): Promise<GalleryName | undefined>;
  begin(from: string, to: GalleryName): Promise<Turn>;
  leave(): Promise<void>;
}

/**
 * `serving` says what is served, and the turn of the promotion that made it so; `promotion` is the one that goes on, with the turn that
 * the gallery of the version before had. `prepared` is the last turn whose version a server has opened, or says in `refusal` why not.
 */
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS holdfast;
  CREATE TABLE IF NOT EXISTS holdfast.filled (
    name text PRIMARY KEY, model text NOT NULL, dimension integer NOT NULL, source text NOT NULL, at timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS holdfast.servers (
    server uuid PRIMARY KEY, seen timestamptz NOT NULL, serving text, prepared bigint, refusal text
  );
  CREATE TABLE IF NOT EXISTS holdfast.serving (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), version text NOT NULL, previous text, turn bigint NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS holdfast.promotion (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), turn bigint NOT NULL, server uuid NOT NULL, version text NOT NULL,
    previous text NOT NULL, previous_turn bigint, asked boolean NOT NULL DEFAULT false
  );
  CREATE SEQUENCE IF NOT EXISTS holdfast.turns;
`;

interface Serving extends Promoted {
  readonly turn: number;
}

/** This server is one of those of the database until it leaves. @throws HoldfastError STORE_UNAVAILABLE */
export async function joinFleet(database: Database): Promise<Fleet> {
  const { query } = database;
  const member: Member = { server: randomUUID(), serving: undefined, turn: 0, apart: false, promoting: false };
  const found = await database.transaction(async (inside) => {
    await lockTables(inside);
    await makeTables(inside);
    await tellSeen(inside, member);
    await giveUpLapsed(inside);
    return findServing(inside);
  });
  member.turn = found?.turn ?? 0;
  const timer = setInterval(() => void tellSeen(query, member).catch(() => undefined), SEEN_MILLISECONDS);
  timer.unref();
  return {
    promoted: found && { version: found.version, previous: found.previous },
    async serve(version) {
      const { apart, turn } = await database.transaction((inside) => chooseTurn(inside, version, found));
      Object.assign(member, { serving: version, apart });
      await tellServing(query, member);
      return turn;
    },
    filledFrom: (version) => filledFrom(query, version),
    markFilled: (gallery, source) => markFilled(query, gallery, source),
    latestOther: (version) => latestOther(query, version),
    begin: (from, to) => beginTurn(database, member, from, to),
    follow: (peer, onFault) => startFollowing(database, member, peer, onFault),
    async leave() {
      clearInterval(timer);
      await query('DELETE FROM holdfast.servers WHERE server = $1', [member.server]).catch(() => undefined);
    },
  };
}

async function makeTables(query: Query): Promise<void> {
  await query(TABLES);
  // What those of an older Holdfast lack.
  await addColumns(query, 'holdfast.servers', { serving: 'text', prepared: 'bigint', refusal: 'text' });
  await addColumns(query, 'holdfast.serving', { turn: 'bigint NOT NULL DEFAULT 0' });
  await completeGalleries(query);
}

async function findServing(query: Query): Promise<Serving | undefined> {
  const [row] = await query<Serving>('SELECT version, previous, turn FROM holdfast.serving');
  return row;
}

/**
 * A server that serves what all do writes in the turn that it knew when it started: should another promotion have come since, its writes
 * are refused until it follows. One that was told to serve another version has a gallery apart, which is opened when it is closed.
 */
async function chooseTurn(query: Query, version: string, found: Serving | undefined) {
  await lockTables(query);
  const serving = found ?? (await beFirst(query, version));
  if (serving.version === version) return { apart: false, turn: serving.turn };
  const [leaving] = await query<{ turn: number }>(
    'SELECT previous_turn AS turn FROM holdfast.promotion WHERE previous = $1',
    [version],
  );
  const turn = leaving?.turn ?? (await turnOf(query, version)) ?? (await openAnew(query, version));
  return { apart: true, turn };
}

/** The first server of a database decides which version is served, until one is promoted. */
async function beFirst(query: Query, version: string): Promise<Serving> {
  await query('INSERT INTO holdfast.serving (version) VALUES ($1) ON CONFLICT (one) DO NOTHING', [version]);
  const serving = await findServing(query);
  // Others were the first meanwhile, and have promoted already: this one follows.
  return serving === undefined || serving.turn > 0 ? { version, previous: null, turn: 0 } : serving;
}

/** A gallery that is not there yet is made with the first turn, by whichever server comes first. */
async function openAnew(query: Query, version: string): Promise<number> {
  if ((await turnOf(query, version)) === undefined) return 0;
  const [row] = await query<{ turn: number }>(`SELECT nextval('holdfast.turns') AS turn`);
  const turn = row?.turn ?? 0;
  await giveTurn(query, version, turn);
  return turn;
}
