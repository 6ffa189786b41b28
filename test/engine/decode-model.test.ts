import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../engine/onnx/decode.ts';
import { integersOf, readMessage } from '../../engine/onnx/message-reader.ts';
import { encodeModel } from '../../engine/onnx/model.ts';
import { MessageWriter } from '../../engine/onnx/protobuf.ts';

const data = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
const file = encodeModel({
  name: 'g',
  nodes: [
    {
      op: 'Conv',
      inputs: ['x', '', 'w'],
      outputs: ['y'],
      attributes: { group: 3, auto_pad: 'VALID', pads: [0, -1, 300], alpha: { float: 0.25 }, none: [] },
    },
    { op: 'ReorderInput', domain: 'com.microsoft.nchwc', inputs: ['y'], outputs: ['z'], attributes: {} },
  ],
  constants: [
    { name: 'w', type: 'float32', shape: [2, 3], data },
    { name: 'far', type: 'float32', shape: [6], data, external: { file: 'w.bin', offset: 64 } },
  ],
  inputs: [{ name: 'x', type: 'float32', shape: ['n', 3] }],
  outputs: [{ name: 'z', type: 'float32', shape: [1] }],
});

describe('reading ONNX files', () => {
  it('gives back what was written', () => {
    expect(decodeModel(file)).toEqual({
      nodes: [
        {
          name: '',
          op: 'Conv',
          domain: '',
          inputs: ['x', '', 'w'],
          outputs: ['y'],
          attributes: { group: 3, auto_pad: 'VALID', pads: [0, -1, 300], alpha: 0.25, none: [] },
        },
        { name: '', op: 'ReorderInput', domain: 'com.microsoft.nchwc', inputs: ['y'], outputs: ['z'], attributes: {} },
      ],
      constants: [
        { name: 'w', type: 1, shape: [2, 3], raw: Buffer.from(data) },
        { name: 'far', type: 1, shape: [6], external: { location: 'w.bin', offset: '64', length: '24' } },
      ],
      inputs: ['x'],
      outputs: ['z'],
    });
  });

  it('reads lists that are packed and lists that are not', () => {
    const packed = new MessageWriter().bytes(1, Uint8Array.of(1, 0xac, 2)).finish();
    expect([...readMessage(packed)].flatMap(integersOf)).toEqual([1, 300]);
    const single = new MessageWriter().integer(1, -5).integer(1, 300).finish();
    expect([...readMessage(single)].flatMap(integersOf)).toEqual([-5, 300]);
    const cut = new MessageWriter().bytes(1, Uint8Array.of(1, 0xac)).finish();
    expect(() => [...readMessage(cut)].flatMap(integersOf)).toThrowError(RangeError);
  });

  it('reads tensors whose elements are lists', () => {
    const tensor = new MessageWriter().bytes(1, Uint8Array.of(2, 1)).integer(2, 1).bytes(8, 'list');
    const floats = new MessageWriter().bytes(4, data.subarray(0, 8));
    const doubles = new MessageWriter().bytes(10, new Uint8Array(Float64Array.of(7).buffer)).integer(5, 9);
    const body = Buffer.concat([tensor.finish(), floats.finish(), doubles.finish()]);
    const model = new MessageWriter().integer(1, 8).message(7, new MessageWriter().bytes(5, body)).finish();
    expect(decodeModel(model).constants).toEqual([
      {
        name: 'list',
        type: 1,
        shape: [2, 1],
        floats: Buffer.from(data.subarray(0, 8)),
        doubles: Buffer.from(Float64Array.of(7).buffer),
        integers: [9],
      },
    ]);
  });

  it('reads attributes that are tensors, and zeros that are left out', () => {
    const tensor = new MessageWriter().integer(2, 7).bytes(8, 'inner');
    const value = new MessageWriter().bytes(1, 'value').message(5, tensor).integer(20, 4);
    const zero = new MessageWriter().bytes(1, 'axis').integer(20, 2);
    const node = new MessageWriter().bytes(4, 'Constant').message(5, value).message(5, zero);
    const model = new MessageWriter().message(7, new MessageWriter().message(1, node)).finish();
    expect(decodeModel(model).nodes[0]?.attributes).toEqual({ value: { name: 'inner', type: 7, shape: [] }, axis: 0 });
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a message without a graph', new MessageWriter().integer(1, 8).finish()],
    ['a graph that is a number', new MessageWriter().integer(7, 1).finish()],
    ['an unknown kind of field', Uint8Array.of(0x3b)],
    ['the field number 0', Uint8Array.of(0, 0)],
    ['an endless number', new Uint8Array(12).fill(0xff)],
    ['sparse constants', new MessageWriter().message(7, new MessageWriter().bytes(15, '')).finish()],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeModel(bytes)).toThrowError(RangeError);
  });

  it('refuses every early end', () => {
    for (let length = 0; length < file.length; length++) {
      // What is cut off in whole fields at the end names the operator sets, which are not read.
      const part = file.subarray(0, length);
      try {
        expect(decodeModel(part).outputs).toEqual(['z']);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});
