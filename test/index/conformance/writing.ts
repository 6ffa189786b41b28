import { expect, it } from 'vitest';
import { imageOf, recordOf, rejectionOf } from '../support/galleries.ts';
import { axis } from '../support/vectors.ts';
import { DIMENSION, type Place } from './types.ts';

const at = (position: number): Float32Array => axis(DIMENSION, position);

export function writing(newPlace: () => Place): void {
  it('is kept until the gallery is opened again', async () => {
    const place = newPlace();
    let gallery = await place.open();
    expect(await gallery.status()).toMatchObject({ model: 'compact-1', dimension: DIMENSION, count: 0, sequence: 0 });
    expect(await gallery.add([recordOf('a', at(0)), recordOf('b', at(1))])).toEqual(['a', 'b']);
    expect(await gallery.remove('a')).toBe(true);
    expect(await gallery.remove('a')).toBe(false);
    await gallery.close();
    gallery = await place.open();
    expect(await gallery.status()).toMatchObject({ count: 1, sequence: 2 });
    expect(await gallery.get('a')).toBeUndefined();
    expect(await gallery.image('a')).toBeUndefined();
    expect(await gallery.get('b')).toMatchObject({ id: 'b', label: 'label of b', metadata: { of: 'b' } });
    const image = await gallery.image('b');
    expect(image?.type).toBe('image/png');
    expect(Buffer.from(image?.bytes ?? []).equals(imageOf('b').bytes)).toBe(true);
    expect(await gallery.search(at(0), { k: 3 })).toMatchObject([{ id: 'b', vector: at(1) }]);
    await gallery.close();
  });

  it('gives ids to records without one, and a time to all', async () => {
    const gallery = await newPlace().open();
    const before = new Date().toISOString();
    const ids = await gallery.add([{ vector: at(0), image: imageOf('x') }]);
    const record = await gallery.get(String(ids[0]));
    expect(record).toMatchObject({ label: null, metadata: null });
    expect(record?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    // The clocks of two processes of one machine.
    expect(Math.abs(Date.parse(String(record?.createdAt)) - Date.parse(before))).toBeLessThan(60_000);
    await gallery.close();
  });

  it('of a copy keeps the time of its original', async () => {
    const gallery = await newPlace().open();
    const createdAt = '2020-02-29T23:59:59.999Z';
    await gallery.add([recordOf('copy', at(0), { createdAt }), recordOf('own', at(1))]);
    expect(await gallery.get('copy')).toMatchObject({ createdAt });
    expect((await gallery.get('own'))?.createdAt).not.toBe(createdAt);
    await gallery.upsert([recordOf('copy', at(0))]);
    expect((await gallery.get('copy'))?.createdAt).not.toBe(createdAt);
    await expect(gallery.add([recordOf('x', at(0), { createdAt: '2020-02-30' })])).rejects.toMatchObject({
      ...{ code: 'REQUEST_INVALID', message: expect.stringContaining('createdAt') },
    });
    await gallery.close();
  });

  it('leaves the bytes with the caller', async () => {
    const gallery = await newPlace().open();
    const record = recordOf('a', at(0));
    await gallery.add([record]);
    expect(Buffer.from(record.image.bytes).equals(imageOf('a').bytes)).toBe(true);
    expect(record.vector).toEqual(at(0));
    await gallery.close();
  });

  it('of a list is done as a whole or not at all', async () => {
    const gallery = await newPlace().open();
    await gallery.add([recordOf('a', at(0))]);
    for (const second of ['a', 'b']) {
      const error = await rejectionOf(gallery.add([recordOf('b', at(1)), recordOf(second, at(2))]));
      expect([error.code, error.status]).toEqual(['RECORD_EXISTS', 409]);
      expect(error.message).toContain(`id ${second}`);
    }
    expect(await gallery.get('b')).toBeUndefined();
    expect(await gallery.image('b')).toBeUndefined();
    expect(await gallery.status()).toMatchObject({ count: 1, sequence: 1 });
    expect(await gallery.search(at(1), { k: 5 })).toHaveLength(1);
    await gallery.close();
  });

  it('counts as a write only when something changed', async () => {
    const gallery = await newPlace().open();
    await gallery.add([]);
    expect(await gallery.upsert([])).toEqual([]);
    await gallery.remove('nothing');
    expect((await gallery.status()).sequence).toBe(0);
    await gallery.upsert([recordOf('a', at(0))]);
    expect((await gallery.status()).sequence).toBe(1);
    await gallery.close();
  });

  it('in place of another says so, and leaves nothing of the other', async () => {
    const gallery = await newPlace().open();
    await gallery.add([recordOf('a', at(0))]);
    const other = recordOf('a', at(3), { label: null, metadata: { of: 'its successor' }, image: imageOf('successor') });
    expect(await gallery.upsert([recordOf('b', at(1)), other])).toEqual([
      { id: 'b', status: 'created' },
      { id: 'a', status: 'replaced' },
    ]);
    expect(await gallery.get('a')).toMatchObject({ label: null, metadata: { of: 'its successor' } });
    expect(Buffer.from((await gallery.image('a'))?.bytes ?? []).equals(imageOf('successor').bytes)).toBe(true);
    const [first] = await gallery.search(at(3), { k: 5 });
    expect(first).toMatchObject({ id: 'a', distance: 0 });
    expect((await gallery.search(at(0), { k: 5 })).map(({ distance }) => distance)).toEqual([Math.SQRT2, Math.SQRT2]);
    expect((await gallery.status()).count).toBe(2);
    await gallery.close();
  });

  it('of one id twice in a list leaves the last', async () => {
    const gallery = await newPlace().open();
    const outcomes = await gallery.upsert([recordOf('a', at(0)), recordOf('a', at(1)), recordOf('a', at(2))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'replaced', 'replaced']);
    expect(await gallery.search(at(2), { k: 5 })).toMatchObject([{ id: 'a', distance: 0 }]);
    expect((await gallery.status()).count).toBe(1);
    await gallery.close();
  });

  it('sets aside what is not valid, and says why', async () => {
    const gallery = await newPlace().open();
    const outcomes = await gallery.upsert([
      recordOf('a', at(0)),
      recordOf('b', new Float32Array(DIMENSION)),
      recordOf('no/id', at(1)),
      recordOf('c', at(2)),
    ]);
    expect(outcomes).toMatchObject([
      { id: 'a', status: 'created' },
      { id: 'b', status: 'refused', error: { code: 'VECTOR_INVALID' } },
      { id: null, status: 'refused', error: { code: 'REQUEST_INVALID' } },
      { id: 'c', status: 'created' },
    ]);
    expect((await gallery.list({ limit: 9 })).records.map(({ id }) => id)).toEqual(['a', 'c']);
    await gallery.close();
  });

  it('is found by the next search, whoever saves', async () => {
    const gallery = await newPlace().open();
    for (let i = 0; i < DIMENSION; i++) {
      await gallery.upsert([recordOf(`r${i % 3}`, at(i))]);
      if (i % 3 === 0) await gallery.save();
      expect(await gallery.search(at(i), { k: 1 })).toMatchObject([{ id: `r${i % 3}`, distance: 0 }]);
    }
    await gallery.close();
  });

  it('of many at once leaves one record for an id', async () => {
    const gallery = await newPlace().open();
    const all = Array.from({ length: 24 }, (_, i) => gallery.upsert([recordOf(`r${i % 4}`, at(i % DIMENSION))]));
    const outcomes = (await Promise.all(all)).flat();
    expect(outcomes.filter(({ status }) => status === 'created')).toHaveLength(4);
    expect(await gallery.status()).toMatchObject({ count: 4, sequence: 24 });
    const hits = await gallery.search(at(0), { k: 24 });
    expect(hits.map(({ id }) => id).sort()).toEqual(['r0', 'r1', 'r2', 'r3']);
    await gallery.close();
  });
}
