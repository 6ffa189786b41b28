import type { ElementType } from '../onnx/model.ts';

/**
 * How the elements of a value lie in memory. `row`: in the order of its shape. The two others are for images, whose shape
 * reads N, H, W, C, as in TF.js: `channelsFirst` as N, C, H, W, which ONNX's convolutions want; `blocked` as
 * N, C / b, H, W, b, which ONNX Runtime's fast convolutions on the CPU want (b channels fill one vector register).
 */
export type Layout = 'row' | 'channelsFirst' | 'blocked';

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

/** A value whose elements lie in the order of its shape, all of them stored. */
export function rowValue(name: string, type: ValueType, shape: readonly number[]): Value {
  return { name, type, shape, stored: shape, layout: 'row' };
}

/** Permutations between rows and channels first, as ONNX's Transpose wants them. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2] as const;
export const FROM_CHANNELS_FIRST = [0, 2, 3, 1] as const;

/** The axes in memory of an axis of the shape, by layout. */
const MEMORY_AXES = {
  channelsFirst: [[0], [2], [3], [1]],
  blocked: [[0], [2], [3], [1, 4]],
} as const;

/** The position or, for the channels of blocked images, the two positions in memory of an axis of the shape. */
export function memoryAxes(axis: number, layout: Layout): readonly number[] {
  return layout === 'row' ? [axis] : (MEMORY_AXES[layout][axis] as readonly number[]);
}

/** Sizes in the order in which they lie in memory. @param block channels in a block; 1 channel needs no block. */
export function physical(sizes: readonly number[], layout: Layout, block: number): number[] {
  if (layout === 'row') return [...sizes];
  const [count, height, width, channels] = sizes as readonly [number, number, number, number];
  if (layout === 'channelsFirst') return [count, channels, height, width];
  return channels === 1 ? [count, 1, height, width, 1] : [count, channels / block, height, width, block];
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
