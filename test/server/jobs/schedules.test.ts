import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScheduleTable } from '../../../server/jobs/sqlite/schedules.ts';
import { openDatabase } from '../../../server/jobs/sqlite/schema.ts';
import type { NewJob } from '../../../server/jobs/types.ts';

const DAY = 24 * 3600 * 1000;

describe('the table of schedules', () => {
  let now: number;
  let db: ReturnType<typeof openDatabase>;
  let table: ScheduleTable;
  let enqueued: NewJob[];
  const run = (): void => table.runDue((job) => enqueued.push(job));

  beforeEach(() => {
    now = Date.parse('2026-11-28T10:00:00.000Z');
    db = openDatabase(':memory:');
    table = new ScheduleTable(db, () => now);
    enqueued = [];
  });
  afterEach(() => db.close());

  it('gives a job at its time, in UTC, and the next one a day later', () => {
    const made = table.insert({ kind: 'ingest', input: { folder: 'a' }, cron: '30 3 * * *' });
    expect(made).toMatchObject({ nextAt: '2026-11-29T03:30:00.000Z', createdAt: '2026-11-28T10:00:00.000Z' });
    run();
    expect(enqueued).toEqual([]);
    now = Date.parse(made.nextAt);
    run();
    run();
    expect(enqueued).toEqual([{ kind: 'ingest', input: { folder: 'a' } }]);
    expect(table.list()).toMatchObject([{ nextAt: '2026-11-30T03:30:00.000Z' }]);
  });

  it('makes up once for the times that nobody saw', () => {
    table.insert({ kind: 'ingest', input: {}, cron: '0 * * * *' });
    now += 3 * DAY;
    run();
    expect(enqueued).toHaveLength(1);
    expect(table.list()).toMatchObject([{ nextAt: '2026-12-01T11:00:00.000Z' }]);
  });

  it('gives nothing more of what was removed', () => {
    const { id } = table.insert({ kind: 'ingest', input: {}, cron: '0 * * * *' });
    expect([table.remove(id), table.remove(id)]).toEqual([true, false]);
    now += DAY;
    run();
    expect(enqueued).toEqual([]);
  });
});
