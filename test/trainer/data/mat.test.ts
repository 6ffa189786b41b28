import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type MatValue, readMat } from '../../../trainer/data/mat.ts';
import { cell, char, double, element, matFile, raw, small, struct } from './support/mat.ts';

const read = (file: Uint8Array) => readMat(file, 'a.mat');
const number = (value: number): MatValue => ({ kind: 'numeric', shape: [1, 1], data: [value] });

describe('a MAT-file of version 5', () => {
  const variables = [
    double('x', 1.5, -2, 3e300),
    small('one', 7),
    char('word', 'hé'),
    cell('mixed', char('', 'a'), double('', 4), cell('', small('', 5))),
    struct('people', ['name', 'age'], char('', 'Ada'), small('', 36), char('', 'Alan'), small('', 41)),
  ];

  it.each([false, true])('gives numbers, texts, cells and structures (deflated: %s)', (deflated) => {
    expect(read(matFile(variables, deflated))).toEqual({
      x: { kind: 'numeric', shape: [1, 3], data: [1.5, -2, 3e300] },
      one: number(7),
      word: { kind: 'char', text: 'hé' },
      mixed: {
        kind: 'cell',
        shape: [1, 3],
        cells: [{ kind: 'char', text: 'a' }, number(4), { kind: 'cell', shape: [1, 1], cells: [number(5)] }],
      },
      people: {
        kind: 'struct',
        shape: [1, 2],
        elements: [
          { name: { kind: 'char', text: 'Ada' }, age: number(36) },
          { name: { kind: 'char', text: 'Alan' }, age: number(41) },
        ],
      },
    });
  });

  it('reads numbers of every stored type', () => {
    const stored: [number, NodeJS.TypedArray, number[]][] = [
      [1, Int8Array.of(-3), [-3]],
      [2, Uint8Array.of(200), [200]],
      [3, Int16Array.of(-300), [-300]],
      [4, Uint16Array.of(60000), [60000]],
      [5, Int32Array.of(-70000), [-70000]],
      [6, Uint32Array.of(4e9), [4e9]],
      [7, Float32Array.of(0.5), [0.5]],
      [9, Float64Array.of(0.1), [0.1]],
    ];
    for (const [type, values, expected] of stored) {
      const data = element(type, Buffer.from(values.buffer));
      expect(read(matFile([raw(6, [1, 1], 'v', data)])).v).toMatchObject({ kind: 'numeric', data: expected });
    }
  });

  it('takes empty arrays and texts as empty', () => {
    const file = matFile([cell('c', element(14, Buffer.alloc(0)), raw(4, [0, 0], '', element(4, Buffer.alloc(0))))]);
    expect(read(file).c).toEqual({
      kind: 'cell',
      shape: [1, 2],
      cells: [
        { kind: 'numeric', shape: [0, 0], data: [] },
        { kind: 'char', text: '' },
      ],
    });
  });

  it('reads what SciPy writes', () => {
    const { annotations, class_names: names } = read(readFileSync('test/trainer/data/support/cars-annos.mat'));
    if (annotations?.kind !== 'struct' || names?.kind !== 'cell') throw new Error('other kinds');
    expect(annotations.shape).toEqual([1, 4]);
    expect(annotations.elements[2]).toEqual({
      relative_im_path: { kind: 'char', text: 'car_ims/016185.jpg' },
      bbox_x1: number(25),
      bbox_y1: number(32),
      bbox_x2: number(587),
      bbox_y2: number(359),
      class: number(196),
      test: number(1),
    });
    expect(names.cells[1]).toEqual({ kind: 'char', text: 'Acura RL Sedan 2012' });
  });

  const whole = matFile(variables);
  const changed = (at: number, ...bytes: number[]): Buffer => {
    const copy = Buffer.from(whole);
    copy.set(bytes, at);
    return copy;
  };
  const packed = matFile(variables, true);
  it.each<[string, Uint8Array, RegExp]>([
    ['is too short', whole.subarray(0, 100), /not a little-endian MAT-file/],
    ['is of another version', changed(124, 0, 2), /not a little-endian MAT-file/],
    ['has big numbers first', changed(126, 77, 73), /not a little-endian MAT-file/],
    ['is cut off', whole.subarray(0, whole.length - 20), /longer than what holds it/],
    ['is cut off in a tag', whole.subarray(0, 132), /cut off/],
    ['has a damaged stream', Buffer.concat([packed.subarray(0, 150), Buffer.alloc(packed.length - 150)]), /inflated/],
    ['has a variable that is no matrix', matFile([element(9, Buffer.alloc(8))]), /type 9/],
    ['has a function', matFile([raw(16, [1, 1], 'f')]), /"f" is of class 16/],
    ['has integers of 64 bits', matFile([raw(14, [1, 1], 'i', element(12, Buffer.alloc(8)))]), /class 14/],
    ['has fewer numbers than its shape', matFile([raw(6, [2, 2], 'n', element(9, Buffer.alloc(8)))]), /the 4 numbers/],
    ['has complex numbers', matFile([raw(6 | 0x800, [1, 1], 'z', element(9, Buffer.alloc(8)))]), /"z" is complex/],
    ['has a text of two lines', matFile([raw(4, [2, 1], 't', element(4, Buffer.from('a\0b\0')))]), /text of the shape/],
    ['has one cell too few', matFile([raw(1, [1, 2], 'c', small('', 1))]), /cut off/],
    [
      'has fields of no length',
      matFile([raw(2, [1, 1], 's', element(5, Buffer.alloc(4), true), element(1, Buffer.alloc(0)))]),
      /names of fields/,
    ],
  ])('is refused when it %s', (_, file, message) => {
    expect(() => read(file)).toThrow(
      expect.objectContaining({ code: 'DATA_DAMAGED', message: expect.stringMatching(message) }),
    );
    expect(() => read(file)).toThrow(/^a\.mat: /);
  });
});
