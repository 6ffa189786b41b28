import { describe, expect, it } from 'vitest';
import type { Metadata } from '../../index/types.ts';
import { checkCount, checkId, checkRecord, checkVector, isUnit, metadataText } from '../../index/validation.ts';
import { codeOf, errorOf, recordOf } from './support/galleries.ts';
import { axis } from './support/vectors.ts';

describe('ids', () => {
  it.each(['a', 'A-z_0.9:x', 'x'.repeat(128), '018f3c1e-8d0c-7a3e-b1d5-000000000000'])('%s is one', (id) => {
    expect(() => checkId(id)).not.toThrow();
  });

  it.each([['', 'a b', 'é', 'a/b', '../x', 'a\n', 'x'.repeat(129), 'a\0', 7, null, undefined, {}]].flat())(
    '%s is none',
    (id) => {
      expect(codeOf(() => checkId(id))).toBe('REQUEST_INVALID');
    },
  );

  it('a refused id is named, cut short when it is very long', () => {
    expect(errorOf(() => checkId('a b')).message).toContain('"a b"');
    expect(errorOf(() => checkId('x y'.repeat(10_000))).message.length).toBeLessThan(250);
  });
});

describe('counts', () => {
  it.each([1, 2, 1e9])('%d is one', (count) => {
    expect(() => checkCount('k', count)).not.toThrow();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null, undefined, 1n])('%s is none', (count) => {
    const error = errorOf(() => checkCount('k', count));
    expect(error.code).toBe('REQUEST_INVALID');
    expect(error.message).toContain('k:');
  });
});

describe('vectors', () => {
  it('of the right length with finite numbers pass', () => {
    expect(() => checkVector(Float32Array.of(1, -2, 0), 3)).not.toThrow();
  });

  const holes = new Array<number>(3);
  it.each([
    ['texts', ['1', '2', '3']],
    ['holes', holes],
    ['a plain array', [1, 0, 0]],
    ['doubles', Float64Array.of(1, 0, 0)],
    ['integers', Int32Array.of(1, 0, 0)],
    ['bytes', Buffer.alloc(12)],
    ['nothing', undefined],
    ['null', null],
    ['an object', { length: 3 }],
  ])('%s are refused', (_, vector) => {
    expect(codeOf(() => checkVector(vector, 3))).toBe('VECTOR_INVALID');
  });

  it('of another length are refused, naming both lengths', () => {
    const error = errorOf(() => checkVector(new Float32Array(5), 3));
    expect(error.code).toBe('VECTOR_INVALID');
    expect(error.message).toMatch(/5.*3/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'with %d are refused, naming where',
    (bad) => {
      const error = errorOf(() => checkVector(Float32Array.of(0, bad, 0), 3));
      expect(error.code).toBe('VECTOR_INVALID');
      expect(error.message).toContain(`${bad} at position 1`);
    },
  );

  it('count as unit within a thousandth', () => {
    expect(isUnit(Float32Array.of(0.6, 0.8))).toBe(true);
    expect(isUnit(Float32Array.of(1.0009, 0))).toBe(true);
    expect(isUnit(Float32Array.of(1.002, 0))).toBe(false);
    expect(isUnit(Float32Array.of(0.998, 0))).toBe(false);
    expect(isUnit(Float32Array.of(0, 0))).toBe(false);
  });
});

describe('metadata', () => {
  it('are at most a hundred values inside one another, texts of brackets aside', () => {
    const nested = (depth: number): Metadata =>
      JSON.parse(`${'{"a":'.repeat(depth - 1)}{"b":"[[[{{\\"["}${'}'.repeat(depth - 1)}`);
    expect(metadataText(nested(100))).toContain('"a"');
    expect(codeOf(() => metadataText(nested(101)))).toBe('REQUEST_INVALID');
  });

  it('is kept as JSON, and none as null', () => {
    expect(metadataText({ a: [1, 'x', null] })).toBe('{"a":[1,"x",null]}');
    expect(metadataText(null)).toBeNull();
    expect(metadataText(undefined)).toBeNull();
  });

  it('that is no JSON object is refused', () => {
    const round: Record<string, unknown> = {};
    round.self = round;
    expect(codeOf(() => metadataText(round))).toBe('REQUEST_INVALID');
    expect(codeOf(() => metadataText({ big: 1n }))).toBe('REQUEST_INVALID');
    expect(codeOf(() => metadataText(JSON.parse('[1]')))).toBe('REQUEST_INVALID');
    expect(codeOf(() => metadataText(JSON.parse('"text"')))).toBe('REQUEST_INVALID');
  });

  it('that turns itself into something else than an object is refused', () => {
    expect(codeOf(() => metadataText({ toJSON: () => undefined }))).toBe('REQUEST_INVALID');
    expect(codeOf(() => metadataText({ toJSON: () => 7 }))).toBe('REQUEST_INVALID');
  });
});

describe('records', () => {
  const good = recordOf('a', axis(4, 0));

  it('with all or only what is needed pass', () => {
    expect(() => checkRecord(good, 4)).not.toThrow();
    expect(() => checkRecord({ vector: good.vector, image: good.image }, 4)).not.toThrow();
    expect(() => checkRecord({ ...good, label: null, metadata: null }, 4)).not.toThrow();
  });

  it('with a vector that is not of unit length are refused, naming the length', () => {
    const error = errorOf(() => checkRecord({ ...good, vector: Float32Array.of(2, 0, 0, 0) }, 4));
    expect(error.code).toBe('VECTOR_INVALID');
    expect(error.message).toContain('length 2');
  });

  it.each([
    ['an empty id', { id: '' }],
    ['a label that is half a character', { label: 'a\ud800' }],
    ['a label that is a number', { label: JSON.parse('7') }],
    ['an image without a type', { image: JSON.parse('{"bytes":"x"}') }],
    ['an image without bytes', { image: JSON.parse('{"type":"image/png"}') }],
    ['an image that is a list', { image: { type: 'image/png', bytes: JSON.parse('[1,2]') } }],
    ['a time that is none', { createdAt: '2026-13-01T00:00:00.000Z' }],
    ['a time of another form', { createdAt: '2026-11-28T10:00:00Z' }],
    ['a time that is a number', { createdAt: JSON.parse('7') }],
    ['no image', { image: JSON.parse('null') }],
  ])('with %s are refused', (_, change) => {
    expect(codeOf(() => checkRecord({ ...good, ...change }, 4))).toBe('REQUEST_INVALID');
  });
});
