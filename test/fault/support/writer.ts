import { writeSync } from 'node:fs';
import { createRandom } from '../../../base/random.ts';
import { openGallery } from '../../../index/index.ts';
import { optionsOf, recordOf } from '../../index/support/galleries.ts';
import { randomUnit } from '../../index/support/vectors.ts';
import { DIMENSION } from './ledger.ts';

/*
 * Writes to the gallery of a folder until it is killed, and says on its output what it begins and what was acknowledged.
 * Arguments: the folder, a name for the round.
 */
const [directory = '', round = ''] = process.argv.slice(2);
const random = createRandom(round);
const gallery = await openGallery(optionsOf(directory, DIMENSION));
const say = (...words: string[]): number => writeSync(1, `${words.join(' ')}\n`);

for (let batch = 0; ; batch++) {
  const ids = Array.from({ length: 5 }, (_, i) => `${round}-${batch}-${i}`);
  say('adding', ...ids);
  await gallery.add(ids.map((id) => recordOf(id, randomUnit(random, DIMENSION))));
  say('added', ...ids);
  // Not waited for, so that writes, folds and the end fall into one another.
  if (batch % 4 === 3) void gallery.save();
  if (batch % 3 === 2) {
    const gone = `${round}-${batch - 1}-0`;
    say('removing', gone);
    await gallery.remove(gone);
    say('removed', gone);
  }
}
