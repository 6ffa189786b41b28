import { describe, expect, it } from 'vitest';
import { packRecords, unpackRecords } from '../../index/packing.ts';
import { codeOf, recordOf } from './support/galleries.ts';
import { axis } from './support/vectors.ts';

const MOMENT = '2026-11-28T10:00:00.000Z';

const image = (text: string) => ({ type: `image/${text.length}`, bytes: Buffer.from(text) });

describe('packed records', () => {
  it('come out as they went in', () => {
    const records = [
      recordOf('a', axis(3, 0), { image: image('first') }),
      recordOf('b', axis(3, 1), { image: image('') }),
      recordOf('c', axis(3, 2), { image: image('the third'), label: null, metadata: null, createdAt: MOMENT }),
    ];
    const unpacked = [...unpackRecords(packRecords(records, 3), 3)];
    expect(unpacked.map(({ head }) => head)).toEqual([
      { id: 'a', label: 'label of a', metadata: '{"of":"a"}', createdAt: null },
      { id: 'b', label: 'label of b', metadata: '{"of":"b"}', createdAt: null },
      { id: 'c', label: null, metadata: null, createdAt: MOMENT },
    ]);
    expect(unpacked.map(({ vector }) => [...vector])).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(unpacked.map((record) => Buffer.from(record.image).toString())).toEqual(['first', '', 'the third']);
    expect(unpacked.map(({ type }) => type)).toEqual(['image/5', 'image/0', 'image/9']);
  });

  it('are copies: what the caller does with its bytes afterwards changes nothing', () => {
    const bytes = Buffer.from('before');
    const vector = axis(2, 0);
    const packed = packRecords([recordOf('a', vector, { image: { type: 'image/png', bytes } })], 2);
    bytes.fill(0);
    vector.fill(0);
    expect(Buffer.from(packed.images).toString()).toBe('before');
    expect([...packed.vectors]).toEqual([1, 0]);
  });

  it('take of a view no more than its own bytes', () => {
    const slab = Buffer.from('....picture....');
    const packed = packRecords([recordOf('a', axis(2, 0), { image: { type: 't', bytes: slab.subarray(4, 11) } })], 2);
    expect(packed.images.buffer.byteLength).toBe(7);
  });

  it('get an id where they have none, each its own', () => {
    const nameless = { vector: axis(2, 0), image: image('x') };
    const ids = packRecords([nameless, nameless], 2).heads.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('are refused together when one is wrong', () => {
    const good = recordOf('a', axis(2, 0));
    expect(codeOf(() => packRecords([good, recordOf('b', axis(3, 0))], 2))).toBe('VECTOR_INVALID');
    expect(codeOf(() => packRecords([good, recordOf('not an id', axis(2, 0))], 2))).toBe('REQUEST_INVALID');
  });

  it('may be none', () => {
    expect([...unpackRecords(packRecords([], 8), 8)]).toEqual([]);
  });
});
