import { hostname } from 'node:os';
import { serializeError } from '../../base/errors.ts';
import type { Database, Query } from '../../index/shared/postgres/database.ts';
import { ALIVE, type Member, tellServing } from './member.ts';
import { giveUp } from './turn.ts';
import type { Peer } from './types.ts';

/** How often a server looks whether another one promotes, */
const IDLE_MILLISECONDS = 1_000;
/** and while it waits to swap. */
const SOON_MILLISECONDS = 100;
const MINUTE = 60_000;

interface Served {
  readonly version: string;
  readonly previous: string | null;
  readonly turn: number;
}

interface Promotion {
  readonly turn: number;
  readonly server: string;
  readonly version: string;
  readonly previous: string;
  /** Whether the other servers are to open the version. */
  readonly asked: boolean;
  /** Whether its server is there. */
  readonly alive: boolean;
}

/** As `Galleries.follow`. */
export function startFollowing(
  database: Database,
  member: Member,
  peer: Peer,
  onFault: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let last: string | undefined;
  let told = Number.NEGATIVE_INFINITY;
  /** What fails again and again is told once a minute. */
  const tell = (error: unknown): void => {
    const message = messageOf(error);
    if (message === last && performance.now() - told < MINUTE) return;
    [last, told] = [message, performance.now()];
    onFault(error);
  };
  const look = async (): Promise<void> => {
    const soon = await lookOnce(database, member, peer, tell).catch((error: unknown) => {
      tell(error);
      return false;
    });
    if (stopped) return;
    timer = setTimeout(begin, soon ? SOON_MILLISECONDS : IDLE_MILLISECONDS);
    timer.unref();
  };
  const begin = (): void => {
    looking = look();
  };
  begin();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
    await peer.drop();
  };
}

/** Whether a swap is near. */
async function lookOnce(
  database: Database,
  member: Member,
  peer: Peer,
  onFault: (error: unknown) => void,
): Promise<boolean> {
  const { served, promotion } = await read(database.query);
  if (member.promoting) return false;
  // Of a server that is gone, or of this one when that could not end it.
  if (promotion !== null && (!promotion.alive || promotion.server === member.server)) {
    await giveUp(database, promotion.turn);
    return false;
  }
  if (served !== null && served.turn !== member.turn) await followTo(database.query, member, peer, served);
  else if (promotion?.asked === true && promotion.previous === member.serving)
    return prepare(database.query, member, peer, promotion, onFault);
  await peer.drop();
  return false;
}

const PROMOTION = `(
  SELECT *, EXISTS (SELECT 1 FROM holdfast.servers WHERE servers.server = promotion.server AND ${ALIVE}) AS alive
  FROM holdfast.promotion
)`;

/** All of it at one moment. */
async function read(query: Query): Promise<{ readonly served: Served | null; readonly promotion: Promotion | null }> {
  const [row] = await query<{ served: Served | null; promotion: Promotion | null }>(
    `SELECT (SELECT row_to_json(serving) FROM holdfast.serving) AS served,
            (SELECT row_to_json(found) FROM ${PROMOTION} AS found) AS promotion`,
  );
  return row ?? { served: null, promotion: null };
}

async function followTo(query: Query, member: Member, peer: Peer, served: Served): Promise<void> {
  if (!member.apart || served.previous === member.serving) {
    const { version, previous, turn } = served;
    await peer.take({ version, previous }, turn);
    Object.assign(member, { serving: version, apart: false });
    await tellServing(query, member);
  }
  member.turn = served.turn;
}

async function prepare(
  query: Query,
  { server }: Member,
  peer: Peer,
  { version, turn }: Promotion,
  onFault: (error: unknown) => void,
): Promise<boolean> {
  const refusal = await peer.prepare(version, turn).then(
    () => null,
    (error: unknown) => {
      onFault(error);
      return `${serializeError(error).code}: ${messageOf(error)} (${hostname()})`;
    },
  );
  await query(
    `UPDATE holdfast.servers SET prepared = $2, refusal = $3
     WHERE server = $1 AND (prepared, refusal) IS DISTINCT FROM ($2::bigint, $3::text)`,
    [server, turn, refusal],
  );
  return refusal === null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
