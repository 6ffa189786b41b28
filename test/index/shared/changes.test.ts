import { describe, expect, it } from 'vitest';
import { beginChanges, endChanges } from '../../../index/shared/postgres/changes.ts';
import { openPostgresRecords } from '../../../index/shared/postgres/records.ts';
import type { SharedRecords } from '../../../index/shared/types.ts';
import { MODEL } from '../support/galleries.ts';
import { databaseForTests } from './support/database.ts';
import { hasPostgres, startPostgres } from './support/postgres.ts';

const gallery = { name: 'gallery', model: MODEL, dimension: 2 };

describe.skipIf(!hasPostgres())('the changes of a gallery in PostgreSQL', () => {
  const database = databaseForTests(startPostgres);

  const begin = () => database().transaction((query) => beginChanges(query, gallery.name));
  const end = () => database().transaction((query) => endChanges(query, gallery.name));
  const put = async (records: SharedRecords, ...ids: readonly string[]): Promise<void> => {
    const rows = ids.map((id) => {
      return { id, label: null, metadata: null, createdAt: null, vector: Float32Array.of(1, 0) };
    });
    await records.insert(await records.reserve(ids.length), rows, true);
  };

  it('are the ids of every write after a sequence, each once, from when they are noted', async () => {
    const records = await openPostgresRecords(database(), gallery);
    const changes = async (sequence: number, most = 10) => await records.changedAfter(sequence, most);
    await put(records, 'before');
    const { sequence } = await records.state();
    expect(await changes(sequence)).toBeUndefined();
    await begin();
    expect(await changes(sequence)).toEqual(new Set());
    // Nobody noted those.
    expect(await changes(sequence - 1)).toBeUndefined();
    await put(records, 'a', 'b');
    await put(records, 'a');
    await records.delete('before');
    await records.delete('none');
    expect(await changes(sequence)).toEqual(new Set(['a', 'b', 'before']));
    expect(await changes(sequence + 1)).toEqual(new Set(['a', 'before']));
    expect(await changes(sequence + 3)).toEqual(new Set());
    expect(await changes(sequence, 3)).toEqual(new Set(['a', 'b', 'before']));
    expect(await changes(sequence, 2)).toBeUndefined();
  });

  it('are forgotten when they end, and begin anew', async () => {
    const records = await openPostgresRecords(database(), gallery);
    await begin();
    const { sequence } = await records.state();
    await put(records, 'c');
    await begin();
    expect(await records.changedAfter(sequence, 10)).toBeUndefined();
    expect(await records.changedAfter(sequence + 1, 10)).toEqual(new Set());
    await end();
    await put(records, 'd');
    expect(await records.changedAfter(sequence + 1, 10)).toBeUndefined();
    await end();
  });

  it('are those of transactions that were committed', async () => {
    const records = await openPostgresRecords(database(), gallery);
    await begin();
    const { sequence } = await records.state();
    const tasks = await records.reserve(1);
    const row = { id: 'd', label: null, metadata: null, createdAt: null, vector: Float32Array.of(1, 0) };
    await expect(records.insert(tasks, [row], false)).rejects.toMatchObject({ code: 'RECORD_EXISTS' });
    expect(await records.changedAfter(sequence, 10)).toEqual(new Set());
    await end();
  });
});
