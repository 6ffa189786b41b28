import { describe, expect, it } from 'vitest';
import { readTensor } from '../../../embedding/pretrained/onnx-tensors.ts';
import type { FileTensor } from '../../../engine/onnx/decode.ts';

const values = Float32Array.of(1, -2, 0.5, 3);
const bytes = new Uint8Array(values.buffer);
const refuse = (reason: string): never => {
  throw new RangeError(reason);
};
const nothingBeside = (): Uint8Array => refuse('no file beside');
const halves = [0x3c00, 0xc000, 0x3800, 0x4200];

describe('tensors of ONNX files', () => {
  it.each<[string, Partial<FileTensor>]>([
    ['raw bytes', { type: 1, raw: bytes }],
    ['a list of float32', { type: 1, floats: bytes }],
    ['raw bytes of float64', { type: 11, raw: new Uint8Array(Float64Array.from(values).buffer) }],
    ['a list of float64', { type: 11, doubles: new Uint8Array(Float64Array.from(values).buffer) }],
    ['raw bytes of float16', { type: 10, raw: new Uint8Array(Uint16Array.from(halves).buffer) }],
    ['a list of float16', { type: 10, integers: halves }],
    ['bfloat16', { type: 16, integers: [0x3f80, 0xc000, 0x3f00, 0x4040] }],
  ])('are read from %s', (_, tensor) => {
    const array = readTensor({ name: 'w', shape: [2, 2], type: 1, ...tensor }, nothingBeside, refuse);
    expect(array).toEqual({ shape: [2, 2], data: values });
  });

  it('are read from a file beside', () => {
    const external = { location: 'x.data', offset: '3', length: '16' };
    const beside = (file: string): Uint8Array =>
      file === 'x.data' ? Buffer.concat([Buffer.alloc(3), bytes]) : refuse(file);
    expect(readTensor({ name: 'w', shape: [4], type: 1, external }, beside, refuse).data).toEqual(values);
    const cut = (): Uint8Array => new Uint8Array(18);
    expect(() => readTensor({ name: 'w', shape: [4], type: 1, external }, cut, refuse)).toThrowError(
      /"w" lies outside/,
    );
    const before = { ...external, offset: '-1' };
    expect(() => readTensor({ name: 'w', shape: [4], type: 1, external: before }, beside, refuse)).toThrowError(
      /outside/,
    );
  });

  it.each<[string, Partial<FileTensor>, RegExp]>([
    ['too few bytes', { raw: bytes.subarray(4) }, /12 bytes for shape \[4\]/],
    ['no elements', {}, /0 bytes/],
    ['integers', { type: 7, raw: bytes }, /not of floating-point/],
    ['a negative size', { shape: [-4], raw: bytes }, /shape \[-4\]/],
  ])('are refused with %s', (_, tensor, message) => {
    expect(() => readTensor({ name: 'w', shape: [4], type: 1, ...tensor }, nothingBeside, refuse)).toThrowError(
      message,
    );
  });
});
