import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { decodeSafetensors, encodeSafetensors } from '../../embedding/safetensors.ts';
import { ndarray } from '../../engine/arrays.ts';

const tensors = {
  'z.kernel': ndarray(Float32Array.of(1, -2, 3.5, Number.NaN, 1e-38, 6), [2, 3]),
  'a.count': ndarray(Int32Array.of(-1, 2147483647), [2]),
  scalar: ndarray(Float32Array.of(7), []),
  none: ndarray(new Float32Array(0), [0, 4]),
};
const file = encodeSafetensors({ tensors, metadata: { made: 'ü by a test' } });

/** A file with any header text and any number of data bytes. */
function forged(header: unknown, dataBytes: number, claimed?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}
const entry = (shape: unknown, from: unknown, to: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

describe('safetensors', () => {
  it('reads back what it wrote: values, shapes, kinds, order and texts', () => {
    const read = decodeSafetensors(file, 'test');
    expect(Object.keys(read.tensors)).toEqual(Object.keys(tensors));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual({ made: 'ü by a test' });
  });

  it('starts its data at a multiple of eight bytes', () => {
    expect(Number(Buffer.from(file).readBigUInt64LE(0)) % 8).toBe(0);
  });

  it('reads from the middle of a larger buffer, and does not share its memory', () => {
    const around = new Uint8Array(file.length + 3);
    around.set(file, 3);
    const read = decodeSafetensors(around.subarray(3), 'test');
    around.fill(0);
    expect(read.tensors).toEqual(tensors);
  });

  it('reads files whose header lists the tensors in another order than their bytes', () => {
    const bytes = forged({ b: entry([1], 4, 8, 'I32'), a: entry([1], 0, 4) }, 8);
    expect(decodeSafetensors(bytes, 'test').tensors).toEqual({
      a: ndarray(new Float32Array(1), [1]),
      b: ndarray(new Int32Array(1), [1]),
    });
  });
});

describe('damaged safetensors', () => {
  const sound = { a: entry([2], 0, 8) };
  it.each([
    ['nothing', new Uint8Array(0)],
    ['seven bytes', new Uint8Array(7)],
    ['a header longer than the file', forged(sound, 8, 10_000n)],
    ['a header of 2^63 bytes', forged(sound, 8, 2n ** 63n)],
    ['a header that is not JSON', forged('{"a":', 8)],
    ['a header that is a list', forged([], 0)],
    ['a header that is null', forged('null', 0)],
    ['an entry that is null', forged({ a: null }, 0)],
    ['an unknown dtype', forged({ a: entry([2], 0, 8, 'F64') }, 8)],
    ['a dtype of the object prototype', forged({ a: entry([2], 0, 8, 'constructor') }, 8)],
    ['a dtype that is a number', forged({ a: entry([2], 0, 8, 32) }, 8)],
    ['a negative size', forged({ a: entry([-2], 0, 8) }, 8)],
    ['a broken size', forged({ a: entry([1.5], 0, 6) }, 6)],
    ['a shape that is a text', forged({ a: entry('2', 0, 8) }, 8)],
    ['sizes whose product overflows', forged({ a: entry([2 ** 40, 2 ** 40], 0, 8) }, 8)],
    ['an offset behind the end', forged({ a: entry([2], 0, 16) }, 8)],
    ['offsets that run backwards', forged({ a: entry([2], 8, 0) }, 8)],
    ['a negative offset', forged({ a: entry([2], -8, 0) }, 8)],
    ['three offsets', forged({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8, 8] } }, 8)],
    ['a shape that does not fill its bytes', forged({ a: entry([3], 0, 8) }, 8)],
    ['overlapping tensors', forged({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12)],
    ['two tensors in the same bytes', forged({ a: entry([2], 0, 8), b: entry([2], 0, 8) }, 8)],
    ['a gap between tensors', forged({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12)],
    ['bytes that belong to no tensor', forged(sound, 12)],
    [
      'a tensor named twice',
      forged(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        8,
      ),
    ],
    ['metadata that are not texts', forged({ __metadata__: { n: 1 } }, 0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeSafetensors(bytes, 'weights of a test')).toThrowError(
      expect.objectContaining({ code: 'MODEL_DAMAGED', message: expect.stringContaining('weights of a test') }),
    );
  });

  it('refuses every early end of a file', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeSafetensors(file.subarray(0, length), 'test')).toThrowError(
        expect.objectContaining({ code: 'MODEL_DAMAGED' }),
      );
    }
  });

  it('answers random changes of the header with the catalogue or with arrays that fit their shapes', () => {
    const random = createRandom('safetensors');
    const headerEnd = 8 + Number(Buffer.from(file).readBigUInt64LE(0));
    for (let i = 0; i < 1000; i++) {
      const bytes = Uint8Array.from(file);
      bytes[random.integer(headerEnd)] = random.integer(256);
      try {
        for (const { shape, data } of Object.values(decodeSafetensors(bytes, 'test').tensors)) {
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'MODEL_DAMAGED' });
      }
    }
  });
});
