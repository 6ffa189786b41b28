import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOST_LOSSES } from '../../../server/jobs/outcome.ts';
import { openDatabase } from '../../../server/jobs/sqlite/schema.ts';
import { type Claim, LeaseTable } from '../../../server/jobs/sqlite/table.ts';

const LEASE = 1000;
const KEPT = 10;

describe('the lease table', () => {
  let now: number;
  let db: ReturnType<typeof openDatabase>;
  let table: LeaseTable;

  beforeEach(() => {
    now = 1_000_000;
    db = openDatabase(':memory:');
    table = new LeaseTable(db, () => now, KEPT);
  });
  afterEach(() => db.close());

  const insert = () => table.insert({ kind: 'test', input: {} }).id;
  const claim = (): Claim => {
    const claimed = table.claim(LEASE);
    if (claimed === undefined) throw new Error('nothing was due');
    return claimed;
  };

  it('has nothing to claim when nothing waits, or all is held', () => {
    expect(table.claim(LEASE)).toBeUndefined();
    insert();
    claim();
    expect(table.claim(LEASE)).toBeUndefined();
  });

  it('keeps a job with who holds it for as long as its heart beats', () => {
    insert();
    const held = claim();
    for (let beat = 0; beat < 5; beat++) {
      now += LEASE - 1;
      expect(table.heartbeat(held, LEASE)).toBe('held');
      expect(table.claim(LEASE)).toBeUndefined();
    }
    now += LEASE;
    expect(claim().job).toMatchObject({ id: held.job.id, starts: 2, failures: 0 });
  });

  it('takes nothing from who has lost a job', () => {
    const id = insert();
    const late = claim();
    now += LEASE;
    const current = claim();
    expect(table.heartbeat(late, LEASE)).toBe('lost');
    table.report(late, { share: 1, note: 'late' });
    table.complete(late, 'late');
    table.fail(late, { code: 'INTERNAL', message: 'late' });
    table.postpone(late, { code: 'INTERNAL', message: 'late' }, 0);
    table.handBack(late);
    table.stop(late);
    expect(table.get(id)).toMatchObject({ state: 'running', progress: null, error: null, failures: 0 });
    table.complete(current, 'well');
    expect(table.get(id)).toMatchObject({ state: 'done', result: 'well' });
  });

  it('gives a job up that has cost too many workers', () => {
    const id = insert();
    for (let loss = 0; loss <= MOST_LOSSES; loss++) {
      expect(claim().job.starts).toBe(loss + 1);
      now += LEASE;
    }
    expect(table.claim(LEASE)).toBeUndefined();
    expect(table.get(id)).toMatchObject({ state: 'failed', error: { code: 'JOB_LOST' } });
  });

  it('does not begin a cancelled job again when its worker has died', () => {
    const id = insert();
    const held = claim();
    table.cancel(id);
    expect(table.heartbeat(held, LEASE)).toBe('cancelled');
    now += LEASE;
    expect(table.claim(LEASE)).toBeUndefined();
    expect(table.get(id)).toMatchObject({ state: 'cancelled' });
  });

  it('lets a postponed job wait for its time, and others go first', () => {
    const first = insert();
    table.postpone(claim(), { code: 'INTERNAL', message: 'once' }, 500);
    expect(table.claim(LEASE)).toBeUndefined();
    const second = insert();
    expect(claim().job.id).toBe(second);
    now += 500;
    expect(claim().job).toMatchObject({ id: first, failures: 1, error: { message: 'once' } });
  });

  it('forgets the oldest finished jobs, and none that is not finished', () => {
    const waiting = insert();
    db.exec(`UPDATE jobs SET due = due + 1000000`);
    const ids = Array.from({ length: KEPT + 5 }, () => {
      const id = insert();
      table.complete(claim(), null);
      return id;
    });
    expect(table.get(waiting)).toBeDefined();
    expect(ids.filter((id) => table.get(id) === undefined)).toEqual(ids.slice(0, 5));
  });
});
