import { execFileSync } from 'node:child_process';
import { HoldfastError } from '../../../base/errors.ts';
import { createRandom } from '../../../base/random.ts';
import { openGallery } from '../../../index/index.ts';
import { optionsOf, recordOf, someRecords } from '../../index/support/galleries.ts';
import { axis } from '../../index/support/vectors.ts';
import { DIMENSION } from './ledger.ts';

/*
 * Fills a gallery, then takes the right to write files beyond 4 kB from itself, as a full disk would, tries to write,
 * and goes on when there is room again. Says as JSON what happened. Argument: the folder.
 */
const [directory = ''] = process.argv.slice(2);
const limitFiles = (bytes: string): Buffer =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
const outcome = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error);
  }
};

const gallery = await openGallery(optionsOf(directory, DIMENSION));
await gallery.add(someRecords(createRandom('disk'), 300, DIMENSION));
await gallery.save();
await gallery.add([recordOf('unsaved', axis(DIMENSION, 0))]);
limitFiles('4096');
const report = {
  add: await outcome(gallery.add([recordOf('refused', axis(DIMENSION, 1))])),
  remove: await outcome(gallery.remove('r0')),
  save: await outcome(gallery.save()),
  count: (await gallery.status()).count,
  refused: await gallery.get('refused'),
  found: (await gallery.search(axis(DIMENSION, 0), { k: 1 }))[0]?.id,
  hits: (await gallery.search(axis(DIMENSION, 1), { k: 400 })).length,
  later: '',
};
limitFiles('unlimited');
report.later = await outcome(gallery.add([recordOf('later', axis(DIMENSION, 2))]));
process.stdout.write(JSON.stringify(report));
// No close: what a kill leaves after a full disk has to open as well.
process.kill(process.pid, 'SIGKILL');
