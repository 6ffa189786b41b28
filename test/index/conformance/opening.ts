import { expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { recordOf, rejectionOf, someRecords } from '../support/galleries.ts';
import { axis } from '../support/vectors.ts';
import { DIMENSION, type Place } from './types.ts';

export function opening(newPlace: () => Place): void {
  it('refuses the vectors of another model', async () => {
    const place = newPlace();
    const gallery = await place.open();
    await gallery.add([recordOf('a', axis(DIMENSION, 0))]);
    await gallery.close();
    const other = await rejectionOf(place.open({ model: 'wide-2' }));
    expect([other.code, other.status]).toEqual(['MODEL_MISMATCH', 409]);
    expect(other.message).toMatch(/compact-1.*wide-2/);
    expect((await rejectionOf(place.open({ dimension: 16 }))).code).toBe('MODEL_MISMATCH');
    const again = await place.open();
    expect((await again.status()).count).toBe(1);
    await again.close();
  });

  it('keeps two galleries at one place apart, both at work', async () => {
    const place = newPlace();
    const [a, b] = await Promise.all([place.open(), place.open({ name: 'other', dimension: 16, model: 'wide-2' })]);
    await Promise.all([
      a.add([recordOf('same', axis(DIMENSION, 1)), recordOf('a', axis(DIMENSION, 2))]),
      b.add([recordOf('same', axis(16, 12))]),
    ]);
    expect(await b.remove('a')).toBe(false);
    expect(await a.search(axis(DIMENSION, 1), { k: 9 })).toMatchObject([{ id: 'same', distance: 0 }, { id: 'a' }]);
    expect(await b.search(axis(16, 12), { k: 9 })).toMatchObject([{ id: 'same', distance: 0 }]);
    expect(await b.remove('same')).toBe(true);
    expect(await a.image('same')).toMatchObject({ type: 'image/png' });
    expect([await a.count(), await b.count()]).toEqual([2, 0]);
    await Promise.all([a.close(), b.close()]);
  });

  it('finds the same after what is derived was made anew', async () => {
    const place = newPlace();
    let gallery = await place.open();
    const records = someRecords(createRandom('anew'), 200, DIMENSION);
    await gallery.add(records);
    await gallery.remove('r3');
    const query = records[3]?.vector ?? axis(DIMENSION, 0);
    const before = await gallery.search(query, { k: 20 });
    await gallery.close();
    gallery = await place.open({ rebuild: true });
    expect(await gallery.search(query, { k: 20 })).toEqual(before);
    await gallery.save();
    expect(await gallery.search(query, { k: 20 })).toEqual(before);
    await gallery.close();
  });
}
