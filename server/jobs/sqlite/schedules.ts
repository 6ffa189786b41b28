import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { nextRun } from '../cron.ts';
import type { NewJob, NewSchedule, Schedule } from '../types.ts';

interface ScheduleRow {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
  readonly cron: string;
  readonly next: number;
  readonly created: number;
}

/** Jobs that come again and again, beside the lease table. Times in milliseconds since 1970. */
export class ScheduleTable {
  private readonly db: Database.Database;
  private readonly now: () => number;

  constructor(db: Database.Database, now: () => number = Date.now) {
    this.db = db;
    this.now = now;
  }

  insert({ kind, input, cron }: NewSchedule): Schedule {
    const now = this.now();
    const row = { id: randomUUID(), kind, input: JSON.stringify(input), cron, next: nextRun(cron, now), created: now };
    this.db.prepare('INSERT INTO schedules VALUES (:id, :kind, :input, :cron, :next, :created)').run(row);
    return toSchedule(row);
  }

  list(): Schedule[] {
    return (this.db.prepare('SELECT * FROM schedules ORDER BY created, id').all() as ScheduleRow[]).map(toSchedule);
  }

  remove(id: string): boolean {
    return this.db.prepare('DELETE FROM schedules WHERE id = ?').run(id).changes > 0;
  }

  /** Gives the jobs that are due to `enqueue`. One that was due several times while nobody looked comes once. */
  runDue(enqueue: (job: NewJob) => void): void {
    const now = this.now();
    const due = this.db.prepare('SELECT * FROM schedules WHERE next <= ?');
    // Most looks find nothing, and shall not write.
    if (due.get(now) === undefined) return;
    this.db
      .transaction(() => {
        for (const { id, kind, input, cron } of due.all(now) as ScheduleRow[]) {
          enqueue({ kind, input: JSON.parse(input) });
          this.db.prepare('UPDATE schedules SET next = ? WHERE id = ?').run(nextRun(cron, now), id);
        }
      })
      .immediate();
  }
}

function toSchedule({ id, kind, input, cron, next, created }: ScheduleRow): Schedule {
  return {
    ...{ id, kind, input: JSON.parse(input), cron },
    nextAt: new Date(next).toISOString(),
    createdAt: new Date(created).toISOString(),
  };
}
