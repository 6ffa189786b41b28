import { setTimeout as pause } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import { HoldfastError } from '../../../base/errors.ts';
import type { RedisAddress } from './address.ts';

export type Command = readonly [name: string, ...args: (string | number | Buffer)[]];

/** A way to the servers of a cluster. */
export interface Connection {
  /**
   * Runs commands one after the other, over one connection, on the server that has a slot. When it does not answer, or
   * another one has taken over, all are run again: each must do no harm the second time.
   * @throws HoldfastError STORE_UNAVAILABLE after the patience, or when Redis refuses a command
   */
  run(slot: number, commands: readonly Command[]): Promise<unknown[]>;
  /**
   * Runs commands that only read; on a replica of the server when that does not answer. A replica has what it has
   * acknowledged. @throws HoldfastError STORE_UNAVAILABLE
   */
  read(slot: number, commands: readonly Command[]): Promise<unknown[]>;
  /** Runs a command that only reads on every master, and again while one does not answer. @throws HoldfastError STORE_UNAVAILABLE */
  runOnMasters(command: Command): Promise<unknown[]>;
  close(): void;
}

export interface Patience {
  /** How long a server may take for a command, in milliseconds, before it is taken for gone. */
  readonly answer: number;
  /** How long commands are tried again, in milliseconds: longer than the cluster takes to replace a master. */
  readonly retry: number;
}

/** Answers that pass: a slot is on its way, a replica takes over, a server reads its data in. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|LOADING|READONLY|UNBLOCKED)\b/;
const PAUSE = 100;

/** Connects to a cluster. @throws HoldfastError STORE_UNAVAILABLE */
export async function connectCluster(address: RedisAddress, { answer, retry }: Patience): Promise<Connection> {
  const cluster = new Cluster([...address.nodes], {
    lazyConnect: true,
    clusterRetryStrategy: (times) => Math.min(PAUSE * times, 1000),
    slotsRefreshTimeout: answer,
    redisOptions: {
      commandTimeout: answer,
      connectTimeout: answer,
      ...(address.username === undefined ? {} : { username: address.username }),
      ...(address.password === undefined ? {} : { password: address.password }),
      ...(address.tls ? { tls: {} } : {}),
    },
  });
  await connected(cluster, retry);
  /** Tries until there is an answer, Redis refuses, or the patience ends. */
  const insist = async (ask: () => Promise<unknown[] | Error>): Promise<unknown[]> => {
    const until = performance.now() + retry;
    for (;;) {
      const answers = await ask();
      if (Array.isArray(answers)) return answers;
      if (!isPassing(answers) || performance.now() > until) throw unavailable(answers);
      await pause(PAUSE);
      await refresh(cluster);
    }
  };
  return {
    run: (slot, commands) => insist(() => firstAnswer(serversOf(cluster, slot).slice(0, 1), commands)),
    read: (slot, commands) => insist(() => firstAnswer(serversOf(cluster, slot), commands)),
    runOnMasters: ([name, ...args]) =>
      insist(() => Promise.all(cluster.nodes('master').map((node) => node.call(name, args))).catch(asError)),
    close: () => cluster.disconnect(),
  };
}

/** Waits until a cluster is ready; its own promise stays open when the servers do not know it yet, or it is down. */
async function connected(cluster: Cluster, patience: number): Promise<void> {
  let why = new Error(`it was not ready within ${patience} ms`);
  // Commands that fail tell; without a listener each lost connection is printed.
  cluster.on('error', () => undefined);
  cluster.on('node error', (error: Error) => {
    why = error;
  });
  const ready = new Promise<boolean>((resolve) => cluster.once('ready', () => resolve(true)));
  cluster.connect().catch(() => undefined);
  const timer = new AbortController();
  const late = pause(patience, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([ready, late]);
  timer.abort();
  if (inTime) return;
  cluster.disconnect();
  throw unavailable(why);
}

/** Asks one server after the other until one answers, or refuses. */
async function firstAnswer(
  servers: readonly (Redis | undefined)[],
  commands: readonly Command[],
): Promise<unknown[] | Error> {
  let failure = new Error('no server that has this slot is connected');
  for (const server of servers) {
    if (server === undefined) continue;
    const answers = await attempt(server, commands);
    if (Array.isArray(answers) || !isPassing(answers)) return answers;
    failure = answers;
  }
  return failure;
}

/** The answers, or the first error. */
async function attempt(server: Redis, commands: readonly Command[]): Promise<unknown[] | Error> {
  const pipeline = server.pipeline();
  for (const [name, ...args] of commands) pipeline.call(name, args);
  const results = (await pipeline.exec()) ?? [];
  const failed = results.find(([error]) => error !== null);
  return failed?.[0] ?? results.map(([, answer]) => answer);
}

/** The master of a slot and then its replicas; undefined for those that there is no connection to. */
function serversOf(cluster: Cluster, slot: number): (Redis | undefined)[] {
  const known = new Map(cluster.nodes().map((node) => [`${node.options.host}:${node.options.port}`, node]));
  return (cluster.slots[slot] ?? []).map((key) => known.get(key));
}

/** Asks the cluster anew which server has which slot; while none answers, the old answer stays. */
function refresh(cluster: Cluster): Promise<void> {
  return new Promise((resolve) => cluster.refreshSlotsCache(() => resolve()));
}

/** Whatever Redis itself has not said is a connection that was lost. */
function isPassing(error: Error): boolean {
  return error.name !== 'ReplyError' || PASSING.test(error.message);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function unavailable(cause: Error): HoldfastError {
  return new HoldfastError('STORE_UNAVAILABLE', `the Redis Cluster: ${cause.message}`, { cause });
}
