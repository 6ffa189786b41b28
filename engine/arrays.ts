import type { DType, InputSpec, NdArray, Tree } from './types.ts';

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** An array from its data; the data is not copied. @throws RangeError when the sizes do not agree. */
export function ndarray(data: Float32Array | Int32Array, shape: readonly number[]): NdArray {
  if (sizeOf(shape) !== data.length) throw new RangeError(`${data.length} elements do not fill shape [${shape}]`);
  return { shape, data };
}

/** A float32 scalar. */
export function scalar(value: number): NdArray {
  return { shape: [], data: Float32Array.of(value) };
}

export function zeros(shape: readonly number[]): NdArray {
  return { shape, data: new Float32Array(sizeOf(shape)) };
}

export function dtypeOf(array: NdArray): DType {
  return array.data instanceof Int32Array ? 'int32' : 'float32';
}

/** The rows `indices` of an array along its first axis, copied. */
export function takeRows(array: NdArray, indices: readonly number[]): NdArray {
  const [count = 0, ...rest] = array.shape;
  const width = sizeOf(rest);
  const data =
    array.data instanceof Int32Array
      ? new Int32Array(indices.length * width)
      : new Float32Array(indices.length * width);
  indices.forEach((index, row) => {
    if (index < 0 || index >= count) throw new RangeError(`row ${index} of ${count}`);
    data.set(array.data.subarray(index * width, (index + 1) * width), row * width);
  });
  return { shape: [indices.length, ...rest], data };
}

/** Arrays of equal row shape, one after the other along the first axis. */
export function concatRows(arrays: readonly NdArray[]): NdArray {
  const [first] = arrays;
  if (first === undefined) throw new RangeError('no arrays to join');
  const rows = arrays.reduce((sum, array) => sum + (array.shape[0] ?? 0), 0);
  const shape = [rows, ...first.shape.slice(1)];
  const data = new Float32Array(sizeOf(shape));
  let offset = 0;
  for (const array of arrays) {
    data.set(array.data, offset);
    offset += array.data.length;
  }
  return { shape, data };
}

export function isNdArray(node: Tree<NdArray>): node is NdArray {
  return 'data' in node && ArrayBuffer.isView(node.data);
}

export function isInputSpec(node: Tree<InputSpec>): node is InputSpec {
  return Array.isArray(node) || ('shape' in node && Array.isArray(node.shape));
}

/** Shape and dtype of a spec, and its data where it is a constant. */
export function readSpec(spec: InputSpec): { shape: readonly number[]; dtype: DType; constant?: NdArray } {
  if ('data' in spec) return { shape: spec.shape, dtype: dtypeOf(spec), constant: spec };
  if ('dtype' in spec) return { shape: spec.shape, dtype: spec.dtype };
  return { shape: spec, dtype: 'float32' };
}
