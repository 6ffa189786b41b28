import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteQueue } from '../../../server/jobs/sqlite/queue.ts';
import { itIsAQueue } from './support/conformance.ts';
import { TIMES } from './support/times.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const newPath = (): string => join(folder, String(count++), 'queue.sqlite');

describe('the queue on SQLite', () => {
  itIsAQueue(async () => {
    const place = newPath();
    return { place, open: async () => openSqliteQueue(place, TIMES) };
  });

  it('refuses a file that is no queue, or one of another format', () => {
    const path = join(folder, 'other.sqlite');
    writeFileSync(path, 'this is not a database, and long enough to be told from an empty file');
    expect(() => openSqliteQueue(path)).toThrow(expect.objectContaining({ code: 'QUEUE_UNAVAILABLE' }));
    const later = join(folder, 'later.sqlite');
    const db = new Database(later);
    db.pragma('user_version = 9');
    db.close();
    expect(() => openSqliteQueue(later)).toThrow(/format 9/);
  });

  it('says that a queue cannot be written', async () => {
    const path = newPath();
    const queue = openSqliteQueue(path, TIMES);
    const other = new Database(path);
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'no'); END`);
    other.close();
    await expect(queue.enqueue({ kind: 'test', input: {} })).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await queue.close();
  });
});
