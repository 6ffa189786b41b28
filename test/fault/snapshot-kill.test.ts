import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { LocalGallery } from '../../index/local.ts';
import { lockFolder } from '../../index/lock.ts';
import { createSnapshot, listSnapshots, restoreSnapshot, snapshotInProcess } from '../../index/snapshots/index.ts';
import { codeOf, makeGallery, optionsOf, temporaryFolders } from '../index/support/galleries.ts';
import { DIMENSION } from './support/ledger.ts';

const KILLS = Math.ceil(Number(process.env.HOLDFAST_TEST_KILLS ?? 8) / 2);
const SEED = process.env.HOLDFAST_TEST_SEED ?? 'snapshot';
const COUNT = 3000;

const folder = temporaryFolders();
const isPart = (name: string): boolean => name.endsWith('.part');

/** Resolves when a copy is begun that was not there before, or when there will be none. */
async function untilCopying(snapshots: string, ended: Promise<unknown>): Promise<void> {
  const before = new Set(readdirSync(snapshots));
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && readdirSync(snapshots).every((name) => before.has(name) || !isPart(name))) await sleep(1);
}

async function expectWhole(snapshot: string): Promise<void> {
  const elsewhere = folder();
  restoreSnapshot(snapshot, elsewhere);
  const gallery = new LocalGallery(optionsOf(elsewhere, DIMENSION));
  expect(gallery.status().count).toBe(COUNT);
  await gallery.close();
}

describe('the process of a snapshot', () => {
  it(
    `that is killed ${KILLS} times leaves none that is not whole, and none in the way of the next (seed ${SEED})`,
    async () => {
      const [gallery, snapshots] = [folder(), folder()];
      makeGallery(gallery, COUNT, DIMENSION);
      const started = performance.now();
      await snapshotInProcess({ gallery, snapshots }).done;
      const usual = performance.now() - started;
      const random = createRandom(SEED);
      let halves = 0;
      // Goes on until a kill came in the middle of a copy, which a busy machine may put off.
      for (let kill = 0; kill < KILLS || (halves === 0 && kill < 20 * KILLS); kill++) {
        const { done, stop } = snapshotInProcess({ gallery, snapshots });
        const ended = done.then(
          () => 'made',
          ({ code }) => code,
        );
        if (kill % 2 === 0) await sleep(random.integer(Math.ceil(usual)));
        else await untilCopying(snapshots, ended);
        stop();
        expect(['made', 'INTERNAL']).toContain(await ended);
        halves += readdirSync(snapshots).filter(isPart).length;
      }
      expect(halves).toBeGreaterThan(0);
      const listed = listSnapshots(snapshots);
      for (const { name } of listed) await expectWhole(join(snapshots, name));
      const { name } = createSnapshot({ gallery, snapshots });
      expect(readdirSync(snapshots).filter(isPart)).toEqual([]);
      expect(listSnapshots(snapshots).map((one) => one.name)).toEqual([...listed.map((one) => one.name), name]);
    },
    60_000 + 20_000 * KILLS,
  );

  it('is the only one in its folder', () => {
    const [gallery, snapshots] = [folder(), folder()];
    makeGallery(gallery, 5, DIMENSION);
    const unlock = lockFolder(snapshots);
    mkdirSync(join(snapshots, '1.part'));
    expect(codeOf(() => createSnapshot({ gallery, snapshots }))).toBe('SNAPSHOT_RUNNING');
    expect(readdirSync(snapshots).filter(isPart)).toEqual(['1.part']);
    unlock();
    const { name } = createSnapshot({ gallery, snapshots });
    expect(readdirSync(snapshots).sort()).toEqual([name, 'lock']);
  });
});
