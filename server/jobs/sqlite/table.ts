import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { SerializedError } from '../../../base/errors.ts';
import { KEPT, MOST_LOSSES, tooManyLosses } from '../outcome.ts';
import type { Job, JobFilter, JobProgress, NewJob } from '../types.ts';
import { type JobRow, toJob } from './rows.ts';

const CLEARED = 'owner = NULL, expires = NULL';
/** Only who holds a job may change it. */
const HELD = `WHERE id = :id AND owner = :owner AND state = 'running'`;

/** The state of a held job, as a heartbeat finds it. */
export type Held = 'held' | 'cancelled' | 'lost';

/** A job and the name under which it is held. */
export interface Claim {
  readonly job: Job;
  readonly owner: string;
}

/** The lease table: who has which job, and until when. Every method is one transaction. Times in milliseconds. */
export class LeaseTable {
  private readonly db: Database.Database;
  private readonly now: () => number;

  private readonly kept: number;

  /** @param now the clock that leases run by; all processes of a queue share it. @param kept finished jobs that are remembered. */
  constructor(db: Database.Database, now: () => number = Date.now, kept = KEPT) {
    this.db = db;
    this.now = now;
    this.kept = kept;
  }

  insert({ kind, input }: NewJob): Job {
    const row = { id: randomUUID(), kind, input: JSON.stringify(input), now: this.now() };
    return this.one(
      `INSERT INTO jobs (id, kind, input, state, due, created) VALUES (:id, :kind, :input, 'waiting', :now, :now) RETURNING *`,
      row,
    ) as Job;
  }

  get(id: string): Job | undefined {
    return this.one('SELECT * FROM jobs WHERE id = :id', { id });
  }

  list({ state, kind, limit }: JobFilter): Job[] {
    const rows = this.db
      .prepare(
        `SELECT * FROM jobs WHERE (:state IS NULL OR state = :state) AND (:kind IS NULL OR kind = :kind)
         ORDER BY number DESC LIMIT :limit`,
      )
      .all({ state: state ?? null, kind: kind ?? null, limit }) as JobRow[];
    return rows.map(toJob);
  }

  cancel(id: string): Job | undefined {
    this.db
      .prepare(
        `UPDATE jobs SET cancel_requested = 1, finished = iif(state = 'waiting', :now, finished),
         state = iif(state = 'waiting', 'cancelled', state) WHERE id = :id AND state IN ('waiting', 'running')`,
      )
      .run({ id, now: this.now() });
    return this.get(id);
  }

  /** Takes the job that has been due longest, for `lease` milliseconds; undefined when none is due. */
  claim(lease: number): Claim | undefined {
    const now = this.now();
    const found = this.db
      .prepare(
        `SELECT 1 FROM jobs WHERE (state = 'waiting' AND due <= :now) OR (state = 'running' AND expires <= :now)`,
      )
      .get({ now });
    // Most looks find nothing, and shall not write.
    if (found === undefined) return undefined;
    return this.db.transaction(() => this.claimDue(now, lease)).immediate();
  }

  private claimDue(now: number, lease: number): Claim | undefined {
    this.freeExpired(now);
    const owner = randomUUID();
    const job = this.one(
      `UPDATE jobs SET state = 'running', starts = starts + 1, owner = :owner, expires = :expires, started = :now
       WHERE number = (SELECT number FROM jobs WHERE state = 'waiting' AND due <= :now ORDER BY due, number LIMIT 1)
       RETURNING *`,
      { owner, now, expires: now + lease },
    );
    return job && { job, owner };
  }

  /** Jobs whose workers have died wait again, unless they were cancelled or have cost too many. */
  private freeExpired(now: number): void {
    const expired = `WHERE state = 'running' AND expires <= :now`;
    const end = (state: string) => `UPDATE jobs SET state = '${state}', finished = :now, ${CLEARED}`;
    this.db.prepare(`${end('cancelled')} ${expired} AND cancel_requested = 1`).run({ now });
    this.db
      .prepare(`${end('failed')}, losses = losses + 1, error = :error ${expired} AND losses >= ${MOST_LOSSES}`)
      .run({ now, error: JSON.stringify(tooManyLosses()) });
    this.db
      .prepare(`UPDATE jobs SET state = 'waiting', due = :now, losses = losses + 1, ${CLEARED} ${expired}`)
      .run({ now });
  }

  heartbeat({ job: { id }, owner }: Claim, lease: number): Held {
    const job = this.one(`UPDATE jobs SET expires = :expires ${HELD} RETURNING *`, {
      ...{ id, owner, expires: this.now() + lease },
    });
    if (job === undefined) return 'lost';
    return job.cancelRequested ? 'cancelled' : 'held';
  }

  report({ job: { id }, owner }: Claim, progress: JobProgress): void {
    this.db
      .prepare(`UPDATE jobs SET progress = :progress ${HELD}`)
      .run({ id, owner, progress: JSON.stringify(progress) });
  }

  complete(claim: Claim, result: unknown): void {
    this.finish(claim, { state: 'done', result: JSON.stringify(result ?? null), error: null, failures: 0 });
  }

  fail(claim: Claim, error: SerializedError): void {
    this.finish(claim, { state: 'failed', result: null, error: JSON.stringify(error), failures: 1 });
  }

  /** The worker has stopped a job that was cancelled. */
  stop(claim: Claim): void {
    this.finish(claim, { state: 'cancelled', result: null, error: null, failures: 0 });
  }

  private finish({ job: { id }, owner }: Claim, end: Readonly<Record<string, unknown>>): void {
    const now = this.now();
    this.db
      .prepare(
        `UPDATE jobs SET state = :state, result = :result, error = coalesce(:error, error),
         failures = failures + :failures, finished = :now, ${CLEARED} ${HELD}`,
      )
      .run({ ...end, id, owner, now });
    this.db
      .prepare(
        `DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND number <=
         (SELECT number FROM jobs WHERE state IN ('done', 'failed', 'cancelled') ORDER BY number DESC LIMIT 1 OFFSET :kept)`,
      )
      .run({ kept: this.kept });
  }

  /** A failed job waits for its next try. */
  postpone({ job: { id }, owner }: Claim, error: SerializedError, pause: number): void {
    const due = this.now() + pause;
    this.db
      .prepare(
        `UPDATE jobs SET state = 'waiting', due = :due, failures = failures + 1, error = :error, ${CLEARED} ${HELD}`,
      )
      .run({ id, owner, due, error: JSON.stringify(error) });
  }

  /** A worker that ends gives its job back: the next one goes on with it at once. */
  handBack({ job: { id }, owner }: Claim): void {
    this.db
      .prepare(`UPDATE jobs SET state = 'waiting', due = :now, ${CLEARED} ${HELD}`)
      .run({ id, owner, now: this.now() });
  }

  private one(sql: string, values: Readonly<Record<string, unknown>>): Job | undefined {
    const row = this.db.prepare(sql).get(values) as JobRow | undefined;
    return row && toJob(row);
  }
}
