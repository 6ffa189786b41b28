import { describe, expect, it } from 'vitest';
import { toFloat32 } from '../../../embedding/pretrained/elements.ts';

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

describe('elements of files', () => {
  it('float16: all kinds of numbers of IEEE 754', () => {
    const bytes = words(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x0000, 0x7c00, 0xfc00, 0x3555);
    expect(Array.from(toFloat32(bytes, 'F16'))).toEqual([
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      -1023 * 2 ** -24,
      0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0.333251953125,
    ]);
    expect(Object.is(toFloat32(words(0x8000), 'F16')[0], -0)).toBe(true);
    expect(toFloat32(words(0x7e01), 'F16')[0]).toBeNaN();
  });

  it('bfloat16: the upper halves of float32', () => {
    const bytes = words(0x3f80, 0xc000, 0x7f7f, 0x0080, 0x0001, 0x3eab);
    expect(Array.from(toFloat32(bytes, 'BF16'))).toEqual([
      1,
      -2,
      (2 - 2 ** -7) * 2 ** 127,
      2 ** -126,
      2 ** -133,
      0.333984375,
    ]);
  });

  it('float64 are rounded; numbers beyond float32 are infinite', () => {
    const bytes = new Uint8Array(Float64Array.of(0.1, 1e300, -0.5).buffer);
    expect(Array.from(toFloat32(bytes, 'F64'))).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY, -0.5]);
  });

  it('are read at any place of a file', () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(Float32Array.of(1.5, -3).buffer), 1);
    expect(Array.from(toFloat32(bytes.subarray(1), 'F32'))).toEqual([1.5, -3]);
  });
});
