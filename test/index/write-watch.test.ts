import { describe, expect, it } from 'vitest';
import { openGallery } from '../../index/index.ts';
import { createWrites } from '../../index/write-watch.ts';
import { optionsOf, recordOf, temporaryFolders } from './support/galleries.ts';
import { axis } from './support/vectors.ts';

const folder = temporaryFolders();
const done = Promise.resolve();

describe('a watch of writes', () => {
  it('has what is being written when it begins, and all that is since, until it ends', async () => {
    const writes = createWrites();
    let finish: () => void = () => {};
    await writes.during(['before'], done);
    const going = writes.during(
      ['going'],
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    );
    const watch = writes.watch();
    await writes.during(['a', 'b'], done);
    await writes.during(['a'], done);
    expect([...((await watch.ids()) ?? [])]).toEqual(['going', 'a', 'b']);
    finish();
    await going;
    expect([...((await writes.watch().ids()) ?? [])]).toEqual([]);
    watch.end();
    await writes.during(['after'], done);
    expect((await watch.ids())?.has('after')).toBe(false);
  });

  it('has a write that fails too, which may have been stored', async () => {
    const writes = createWrites();
    const watch = writes.watch();
    await expect(writes.during(['a'], Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect([...((await watch.ids()) ?? [])]).toEqual(['a']);
    expect([...((await writes.watch().ids()) ?? [])]).toEqual([]);
  });

  it('gives up where there are too many', async () => {
    const writes = createWrites(2);
    const watch = writes.watch();
    await writes.during(['a', 'b'], done);
    expect((await watch.ids())?.size).toBe(2);
    await writes.during(['c'], done);
    expect(await watch.ids()).toBeUndefined();
    await writes.during(['d'], done);
    expect(await watch.ids()).toBeUndefined();
  });

  it('of a gallery has each kind of write', async () => {
    const gallery = await openGallery(optionsOf(folder(), 4));
    await gallery.add([recordOf('old', axis(4, 0))]);
    const watch = await gallery.watch();
    await gallery.add([recordOf('added', axis(4, 1))]);
    await gallery.upsert([recordOf('old', axis(4, 2)), recordOf('put', axis(4, 3))]);
    await gallery.remove('added');
    await gallery.remove('unknown');
    expect([...((await watch.ids()) ?? [])].sort()).toEqual(['added', 'old', 'put', 'unknown']);
    await gallery.close();
  });
});
