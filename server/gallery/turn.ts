import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import { beginChanges, endChanges } from '../../index/shared/postgres/changes.ts';
import type { Database, Query } from '../../index/shared/postgres/database.ts';
import { type GalleryName, lockTables } from '../../index/shared/postgres/schema.ts';
import { giveTurn, turnOf } from '../../index/shared/postgres/turns.ts';
import { markFilled } from './filled-rows.ts';
import { ALIVE, type Member, refuseServersBeside, tellSeen, tellServing } from './member.ts';
import type { Turn } from './types.ts';

/*
 * A promotion in a shared database: the one row of `holdfast.promotion`, which is its server's for as long as that is there.
 */

/** How often the others are looked at. */
const MILLISECONDS = 100;

/** As `Galleries.begin`. */
export async function beginTurn(database: Database, member: Member, from: string, to: GalleryName): Promise<Turn> {
  if (member.serving !== from)
    throw new HoldfastError('PROMOTION_RUNNING', `${member.serving} takes over from ${from}`);
  member.promoting = true;
  try {
    const number = await database.transaction((query) => insertTurn(query, member, from, to));
    return turnOn(database, member, { number, from, to });
  } catch (error) {
    member.promoting = false;
    throw error;
  }
}

async function insertTurn(query: Query, member: Member, from: string, { name }: GalleryName): Promise<number> {
  await lockTables(query);
  await tellSeen(query, member);
  await giveUpLapsed(query);
  const [other] = await query<{ version: string }>('SELECT version FROM holdfast.promotion');
  if (other !== undefined) throw new HoldfastError('PROMOTION_RUNNING', `${other.version} is being promoted`);
  const [served] = await query<{ version: string; turn: number }>('SELECT version, turn FROM holdfast.serving');
  if (served !== undefined && served.turn !== member.turn)
    throw new HoldfastError('PROMOTION_RUNNING', `${served.version} has just been promoted by another server`);
  await refuseServersBeside(query, member, from);
  const [row] = await query<{ turn: number }>(
    `INSERT INTO holdfast.promotion (turn, server, version, previous, previous_turn)
     VALUES (nextval('holdfast.turns'), $1, $2, $3, $4) RETURNING turn`,
    [member.server, name, from, await turnOf(query, from)],
  );
  if (row === undefined) throw new HoldfastError('STORE_UNAVAILABLE', 'PostgreSQL did not note the promotion');
  await giveTurn(query, name, row.turn);
  await beginChanges(query, from);
  return row.turn;
}

interface Promotion {
  readonly number: number;
  readonly from: string;
  readonly to: GalleryName;
}

function turnOn(database: Database, member: Member, { number, from, to }: Promotion): Turn {
  let swapped = false;
  const held = <T>(work: (query: Query) => Promise<T>): Promise<T> =>
    database.transaction(async (query) => {
      await lockTables(query);
      await refuseLost(query, number);
      return work(query);
    });
  return {
    number,
    async ready(signal) {
      await held((query) => query('UPDATE holdfast.promotion SET asked = true'));
      while (!(await othersReady(database.query, member, { number, from, to }))) {
        await sleep(MILLISECONDS);
        signal.throwIfAborted();
      }
    },
    close: () => held((query) => giveTurn(query, from, null)),
    async swap() {
      const after = { ...member, serving: to.name, turn: number, apart: false };
      await held(async (query) => {
        await refuseServersBeside(query, member, from);
        await query(
          `INSERT INTO holdfast.serving (version, previous, turn) VALUES ($1, $2, $3)
           ON CONFLICT (one) DO UPDATE SET version = $1, previous = $2, turn = $3`,
          [to.name, from, number],
        );
        await markFilled(query, to, from);
        await tellServing(query, after);
        await query('DELETE FROM holdfast.promotion');
        await endChanges(query, from);
      });
      swapped = true;
      Object.assign(member, after, { promoting: false });
    },
    async end() {
      if (swapped) return;
      // What fails here is done by the next look: see follow.ts.
      await giveUp(database, number).catch(() => undefined);
      member.promoting = false;
    },
  };
}

/** @throws HoldfastError SERVERS_BESIDE where another server has given the promotion up. */
async function refuseLost(query: Query, number: number): Promise<void> {
  const there = await query('SELECT 1 FROM holdfast.promotion WHERE turn = $1', [number]);
  if (there.length > 0) return;
  throw new HoldfastError('SERVERS_BESIDE', 'another server took this one for gone and gave its promotion up');
}

/** @throws HoldfastError SERVERS_BESIDE where one of them cannot serve the version, or serves another one than they all do. */
async function othersReady(query: Query, member: Member, { number, from, to }: Promotion): Promise<boolean> {
  await refuseServersBeside(query, member, from);
  const others = await query<{ refusal: string | null }>(
    `SELECT CASE WHEN prepared = $2 THEN refusal END AS refusal FROM holdfast.servers
     WHERE server <> $1 AND ${ALIVE} AND (prepared IS DISTINCT FROM $2 OR refusal IS NOT NULL)`,
    [member.server, number],
  );
  const refusal = others.find((other) => other.refusal !== null)?.refusal;
  if (typeof refusal === 'string')
    throw new HoldfastError('SERVERS_BESIDE', `another server cannot serve ${to.name}: ${refusal}`);
  return others.length === 0;
}

/** Ends a promotion that was not swapped. */
export function giveUp(database: Database, number: number): Promise<void> {
  return database.transaction(async (query) => {
    await lockTables(query);
    await deletePromotion(query, 'turn = $1', [number]);
  });
}

/** Ends a promotion whose server is gone. @param query of a transaction that has locked the tables. */
export async function giveUpLapsed(query: Query): Promise<void> {
  await deletePromotion(query, `server NOT IN (SELECT server FROM holdfast.servers WHERE ${ALIVE})`);
}

/** What was embedded stays; its gallery is closed, so that a server that wakes up late does not go on with it. */
async function deletePromotion(query: Query, where: string, values: readonly unknown[] = []): Promise<void> {
  const [row] = await query<{ turn: number; version: string; previous: string; previous_turn: number }>(
    `DELETE FROM holdfast.promotion WHERE ${where} RETURNING turn, version, previous, previous_turn`,
    values,
  );
  if (row === undefined) return;
  await endChanges(query, row.previous);
  if ((await turnOf(query, row.version)) === row.turn) await giveTurn(query, row.version, null);
  if ((await turnOf(query, row.previous)) === null) await giveTurn(query, row.previous, row.previous_turn);
}
