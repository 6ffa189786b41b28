import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import type { Snapshot, StartSnapshot } from '../../../index/snapshots/index.ts';
import { openSnapshots } from '../../../server/snapshots/service.ts';
import { makeGallery, rejectionOf, temporaryFolders } from '../../index/support/galleries.ts';

const folder = temporaryFolders();
const snapshot: Snapshot = {
  ...{ format: 1, name: '1-1', at: '2026-11-28T00:00:00.000Z', model: 'm', dimension: 4 },
  ...{ sequence: 1, count: 2, files: { 'records.sqlite': 'x' } },
};

/** A start whose snapshots end when the test says so. */
function controlled() {
  const asked: string[] = [];
  let finish: (made: Snapshot) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const start: StartSnapshot = ({ gallery }) => {
    asked.push(gallery);
    const done = new Promise<Snapshot>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
    return { done, stop: () => fail(new HoldfastError('INTERNAL', 'it was killed')) };
  };
  return { start, asked, finish: () => finish(snapshot), fail: (error: Error) => fail(error) };
}

describe('the snapshots of a server', () => {
  it('are made one at a time', async () => {
    const { start, asked, finish, fail } = controlled();
    const snapshots = openSnapshots('data', start);
    const first = snapshots.create('one-1');
    expect((await rejectionOf(snapshots.create('one-1'))).code).toBe('SNAPSHOT_RUNNING');
    finish();
    expect(await first).toMatchObject({ name: '1-1', version: 'one-1' });
    const second = snapshots.create('two-1');
    fail(new HoldfastError('INDEX_WRITE_FAILED', 'full'));
    expect((await rejectionOf(second)).code).toBe('INDEX_WRITE_FAILED');
    const third = snapshots.create('two-1');
    finish();
    await third;
    expect(asked).toEqual(['one-1', 'two-1', 'two-1'].map((version) => join('data', 'gallery', version)));
  });

  it('are given up when the server stops', async () => {
    const snapshots = openSnapshots('data', controlled().start);
    const refused = rejectionOf(snapshots.create('one-1'));
    await snapshots.close();
    expect((await refused).code).toBe('SHUTTING_DOWN');
    expect((await rejectionOf(snapshots.create('one-1'))).code).toBe('SHUTTING_DOWN');
  });

  it('are made by a process, whose errors come back by name', async () => {
    const data = folder();
    mkdirSync(join(data, 'gallery', 'one-1'), { recursive: true });
    makeGallery(join(data, 'gallery', 'one-1'), 7, 4);
    const snapshots = openSnapshots(data);
    const made = await snapshots.create('one-1');
    expect(made).toMatchObject({ version: 'one-1', count: 7, sequence: 1 });
    expect(snapshots.list()).toEqual([made]);
    expect((await rejectionOf(snapshots.create('none-1'))).code).toBe('DATA_MISSING');
    writeFileSync(join(data, 'gallery', 'one-1', 'records.sqlite'), 'rubbish');
    expect((await rejectionOf(snapshots.create('one-1'))).code).toBe('INDEX_DAMAGED');
    expect(snapshots.list()).toEqual([made]);
  });
});
