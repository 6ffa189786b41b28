import type { ElementType } from '../onnx/model.ts';

/**
 * How the elements of a value lie in memory. `row`: in the order of its shape. `channelsFirst`: a four-dimensional value
 * whose shape reads N, H, W, C, as in TF.js, and whose elements lie as N, C, H, W, as ONNX's convolutions want them.
 */
export type Layout = 'row' | 'channelsFirst';

export type ValueType = Exclude<ElementType, 'int64'>;

/** A tensor of the graph that is being traced: it stands for numbers that nobody has computed yet. */
export interface Value {
  /** Its ONNX name; empty for a uniform value, which is in no graph until it is needed. */
  readonly name: string;
  readonly type: ValueType;
  /** What TF.js sees. */
  readonly shape: readonly number[];
  /** The sizes that are really stored, in the order of `shape`: 1 along an axis that is broadcast but not spelt out. */
  readonly stored: readonly number[];
  readonly layout: Layout;
  /** The one number that all elements are equal to, where that is known while tracing. */
  readonly uniform?: number;
}

/** The position of the axes N, H, W, C of a shape in a channels-first tensor. */
const CHANNELS_FIRST_AXIS = [0, 2, 3, 1] as const;
/** Permutations between the two layouts, as ONNX's Transpose wants them. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;
export const FROM_CHANNELS_FIRST = [0, 2, 3, 1] as const;

/** Sizes in the order in which they lie in memory. */
export function physical(sizes: readonly number[], layout: Layout): number[] {
  return layout === 'row' ? [...sizes] : TO_CHANNELS_FIRST.map((axis) => sizes[axis] as number);
}

/** The position in memory of an axis of the shape. */
export function physicalAxis(axis: number, layout: Layout): number {
  return layout === 'row' ? axis : (CHANNELS_FIRST_AXIS[axis] as number);
}

/** Sizes with leading ones up to `rank`. */
export function padRank(sizes: readonly number[], rank: number): number[] {
  return [...Array<number>(rank - sizes.length).fill(1), ...sizes];
}

/** The shape that two shapes broadcast to, by NumPy's rule. @throws RangeError when they do not fit. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const [left, right] = [padRank(a, rank), padRank(b, rank)];
  return left.map((size, axis) => {
    const other = right[axis] as number;
    if (size !== other && size !== 1 && other !== 1) throw new RangeError(`shapes [${a}] and [${b}] do not broadcast`);
    return size === 1 ? other : size;
  });
}

export function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
