import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../base/random.ts';
import type { StartFold } from '../../../index/fold.ts';
import { foldOnThread } from '../../../index/fold-remote.ts';
import { LocalGallery } from '../../../index/local.ts';
import { snapshotInProcess } from '../../../index/snapshots/index.ts';
import { addLocally, optionsOf, recordOf } from '../../index/support/galleries.ts';
import { randomUnit } from '../../index/support/vectors.ts';
import { DIMENSION } from './ledger.ts';

/*
 * Writes to the gallery of a folder until it is killed, and says on its output what it begins and what was acknowledged,
 * in lines short enough to come whole or not at all. Arguments: the folder, a name for the round, and the folder of
 * the snapshots that are made one after the other meanwhile, if any are.
 */
const [directory = '', round = '', snapshots = ''] = process.argv.slice(2);
/** As many as make a fold take some time. */
const FIRST = 1200;
const PAUSE_MILLISECONDS = 4;
const random = createRandom(round);
const say = (...words: string[]): number => writeSync(1, `${words.join(' ')}\n`);

const sayingFold: StartFold = (job) => {
  say('folding');
  const { done, stop } = foldOnThread(job);
  const said = done.then((folded) => {
    say('swapping');
    return folded;
  });
  return { done: said, stop };
};

const gallery = new LocalGallery(optionsOf(directory, DIMENSION), sayingFold);

function add(ids: string[]): void {
  say('adding', ...ids);
  addLocally(
    gallery,
    DIMENSION,
    ids.map((id) => recordOf(id, randomUnit(random, DIMENSION))),
  );
  say('added', ...ids);
}

async function keepSnapshotting(): Promise<never> {
  for (;;) {
    say('snapshotting');
    const { name } = await snapshotInProcess({ gallery: directory, snapshots }).done;
    say('snapshotted', name);
  }
}

if (gallery.count() === 0) {
  for (let i = 0; i < FIRST; i += 100) add(Array.from({ length: 100 }, (_, j) => `${round}-first-${i + j}`));
}
if (snapshots !== '') void keepSnapshotting();
for (let batch = 0; ; batch++) {
  add(Array.from({ length: 5 }, (_, i) => `${round}-${batch}-${i}`));
  // Not waited for, so that writes, folds and the end fall into one another.
  if (batch % 4 === 3) void gallery.save();
  if (batch % 3 === 2) {
    const gone = `${round}-${batch - 1}-0`;
    say('removing', gone);
    gallery.remove(gone);
    say('removed', gone);
  }
  // Slow enough for the gallery to stay small while a snapshot is waited for.
  await sleep(PAUSE_MILLISECONDS);
}
