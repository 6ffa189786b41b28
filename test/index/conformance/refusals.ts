import { expect, it } from 'vitest';
import type { Gallery } from '../../../index/types.ts';
import { recordOf, rejectionOf } from '../support/galleries.ts';
import { axis } from '../support/vectors.ts';
import { DIMENSION, type Place } from './types.ts';

const at = (position: number): Float32Array => axis(DIMENSION, position);

export function refusals(newPlace: () => Place): void {
  it('what is no vector of the gallery, and goes on', async () => {
    const gallery = await newPlace().open();
    const bad: unknown[] = [
      ['1', '2'],
      new Array(8),
      axis(7, 0),
      new Float32Array(8).fill(Number.NaN),
      null,
      '12345678',
    ];
    for (const vector of bad) {
      const forged = JSON.parse('{}') as { vector: Float32Array };
      Object.assign(forged, { vector });
      expect((await rejectionOf(gallery.search(forged.vector, { k: 1 }))).code).toBe('VECTOR_INVALID');
      const records = [recordOf('ok', at(0)), recordOf('a', forged.vector)];
      expect((await rejectionOf(gallery.add(records))).code).toBe('VECTOR_INVALID');
    }
    const long = recordOf(
      'a',
      at(0).map((value) => value * 1.1),
    );
    expect((await rejectionOf(gallery.add([long]))).code).toBe('VECTOR_INVALID');
    const opposite = [at(0), at(0)].map((vector, i) => ({ vector, weight: i === 0 ? 1 : -1 }));
    expect((await rejectionOf(gallery.search(opposite, { k: 1 }))).code).toBe('VECTOR_INVALID');
    expect((await gallery.status()).count).toBe(0);
    await gallery.close();
  });

  it('numbers out of range', async () => {
    const gallery = await newPlace().open();
    for (const number of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const calls = [
        gallery.search(at(0), { k: number }),
        gallery.search(at(0), { k: 1, ef: number }),
        gallery.list({ limit: number }),
        gallery.sample(number),
      ];
      for (const call of calls) expect((await rejectionOf(call)).code).toBe('REQUEST_INVALID');
    }
    expect((await rejectionOf(gallery.search(at(0), { k: 1, minScore: 1.1 }))).code).toBe('REQUEST_INVALID');
    await gallery.close();
  });

  it('ids, cursors, metadata and filters that are none', async () => {
    const gallery = await newPlace().open();
    const forged = JSON.parse('{"field": "a", "like": "b"}');
    const calls = [
      gallery.get('a/b'),
      gallery.image(''),
      gallery.remove('ü'),
      gallery.get("a'; DROP SCHEMA holdfast"),
      gallery.list({ limit: 1, cursor: '%' }),
      gallery.add([recordOf('a', at(0), { metadata: JSON.parse('[1]') })]),
      gallery.search(at(0), { k: 1, filter: forged }),
      gallery.count(forged),
      gallery.list({ limit: 1, filter: forged }),
    ];
    for (const call of calls) expect((await rejectionOf(call)).code).toBe('REQUEST_INVALID');
    expect((await gallery.status()).count).toBe(0);
    await gallery.close();
  });

  it('everything after it was closed, while what was asked before is done', async () => {
    const place = newPlace();
    const gallery = await place.open();
    const added = gallery.add([recordOf('a', at(0))]);
    const closed = gallery.close();
    const late: readonly ((of: Gallery) => Promise<unknown>)[] = [
      (of) => of.add([recordOf('b', at(0))]),
      (of) => of.upsert([]),
      (of) => of.remove('a'),
      (of) => of.get('a'),
      (of) => of.image('a'),
      (of) => of.search(at(0), { k: 1 }),
      (of) => of.list({ limit: 1 }),
      (of) => of.count(),
      (of) => of.sample(1),
      (of) => of.status(),
      (of) => of.save(),
    ];
    for (const call of late) expect((await rejectionOf(call(gallery))).code).toBe('SHUTTING_DOWN');
    expect(await added).toEqual(['a']);
    await closed;
    await gallery.close();
    const again = await place.open();
    expect((await again.status()).count).toBe(1);
    await again.close();
  });
}
