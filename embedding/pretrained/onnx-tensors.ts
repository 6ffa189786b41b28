import { sizeOf } from '../../engine/arrays.ts';
import type { FileTensor } from '../../engine/onnx/decode.ts';
import type { NdArray } from '../../engine/types.ts';
import { FLOAT_SIZES, type FloatType, toFloat32 } from './elements.ts';
import type { Refuse } from './types.ts';

/** Gives the bytes of a file that lies beside an ONNX file. */
export type ReadBeside = (file: string) => Uint8Array;

const FLOATS: Readonly<Record<number, FloatType>> = { 1: 'F32', 10: 'F16', 11: 'F64', 16: 'BF16' };

/** Whether the elements of a tensor are floating-point numbers. */
export function isFloating({ type }: FileTensor): boolean {
  return FLOATS[type] !== undefined;
}

/** A tensor of floating-point numbers of an ONNX file as an array, wherever its elements lie. */
export function readTensor(tensor: FileTensor, beside: ReadBeside, refuse: Refuse): NdArray {
  const { name, shape } = tensor;
  const type = FLOATS[tensor.type] ?? refuse(`"${name}" is not of floating-point numbers`);
  const size = sizeOf(shape);
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0)) refuse(`"${name}" has the shape [${shape}]`);
  const bytes = elementsOf(tensor, type, size * FLOAT_SIZES[type], beside, refuse);
  if (bytes.length !== size * FLOAT_SIZES[type]) {
    refuse(`"${name}" has ${bytes.length} bytes for shape [${shape}] of ${type}`);
  }
  return { shape, data: toFloat32(bytes, type) };
}

function elementsOf(
  { name, raw, floats, doubles, integers, external }: FileTensor,
  type: FloatType,
  length: number,
  beside: ReadBeside,
  refuse: Refuse,
): Uint8Array {
  if (external === undefined) {
    if (raw !== undefined) return raw;
    const list = type === 'F32' ? floats : type === 'F64' ? doubles : undefined;
    // Elements of 16 bits stand in a list of integers.
    const words = FLOAT_SIZES[type] === 2 && integers !== undefined ? Uint16Array.from(integers) : undefined;
    return list ?? (words === undefined ? new Uint8Array(0) : new Uint8Array(words.buffer));
  }
  const { location = '', offset = '0' } = external;
  const start = Number(offset);
  const file = beside(location);
  if (!Number.isSafeInteger(start) || start < 0 || start + length > file.length) {
    refuse(`"${name}" lies outside ${location}, which has ${file.length} bytes`);
  }
  return file.subarray(start, start + length);
}
