import * as tf from '@tensorflow/tfjs';
import { sizeOf } from './arrays.ts';
import { interpolation, type Placement } from './interpolation.ts';
import { mirrored } from './lowering/arrange.ts';

/** The gradients with respect to the inputs of a kernel, by TF.js's names; worked out when asked for. */
type Gradients = Readonly<Record<string, () => tf.Tensor>>;

interface Gradient {
  readonly kernel: string;
  /** The inputs that it needs. */
  readonly inputs: readonly string[];
  /** Which outputs it needs; they are saved after the inputs. */
  readonly outputs?: readonly boolean[];
  readonly of: (dy: tf.Tensor, saved: readonly tf.Tensor[], attrs: unknown) => Gradients;
}

/**
 * Declares a gradient with what its kernel's inputs and attributes are: the only place where TF.js's untyped call is
 * taken to have the type that the declaration says, as `lowering` is for kernels.
 */
function gradient<Inputs extends readonly string[], Attrs = unknown>(
  kernel: string,
  inputs: Inputs,
  of: (dy: tf.Tensor, saved: { readonly [I in keyof Inputs]: tf.Tensor }, attrs: Attrs) => Gradients,
): Gradient {
  return { kernel, inputs, of: of as Gradient['of'] };
}

const zeros = (x: tf.Tensor) => (): tf.Tensor => tf.zeros(x.shape);

/** The sum over the axes along which an operand was repeated. */
function undoBroadcast(dy: tf.Tensor, operand: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, dy.shape);
  return (axes.length === 0 ? dy : dy.sum(axes)).reshape(operand.shape);
}

/** A gradient of two operands, each a product of dy with a slope. */
const pairwise = (kernel: string, slopes: (a: tf.Tensor, b: tf.Tensor) => [() => tf.Tensor, () => tf.Tensor]) =>
  gradient(kernel, ['a', 'b'] as const, (dy, [a, b]) => {
    const [ofA, ofB] = slopes(a, b);
    return { a: () => undoBroadcast(dy.mul(ofA()), a), b: () => undoBroadcast(dy.mul(ofB()), b) };
  });

/** Through a decision or a whole number, small changes do not pass. */
const constant = (kernel: string, ...inputs: string[]): Gradient => ({
  kernel,
  inputs,
  of: (_, saved) => Object.fromEntries(inputs.map((name, i) => [name, zeros(saved[i] as tf.Tensor)])),
});

/** The sums of the rows of dy that come from one row of x, which the numbers say. */
const collect = (dy: tf.Tensor, numbers: tf.Tensor, count: number, width: number): tf.Tensor =>
  tf.unsortedSegmentSum(dy.reshape([numbers.size, width]), numbers.as1D(), count);

/** 0, step, 2 step, ... as a column. */
const multiples = (count: number, step: number): tf.Tensor =>
  tf.tensor2d(
    Int32Array.from({ length: count }, (_, i) => i * step),
    [count, 1],
  );

/** The values pass their gradient to the elements that they are; the places pass none. */
function topKGradient(dy: tf.Tensor, x: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const size = x.shape.at(-1) as number;
  const rows = x.size / size;
  const numbers = multiples(rows, size).add(places.reshape([rows, places.size / rows]));
  return collect(dy, numbers, x.size, 1).reshape(x.shape);
}

function gatherGradient(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number, batchDims: number): tf.Tensor {
  const batch = sizeOf(x.shape.slice(0, batchDims));
  const outer = sizeOf(x.shape.slice(batchDims, axis));
  const size = x.shape[axis] as number;
  const first = multiples(batch * outer, size).reshape([batch, outer, 1]);
  const rows = first.add(indices.reshape([batch, 1, -1]));
  return collect(dy, rows, batch * outer * size, sizeOf(x.shape.slice(axis + 1))).reshape(x.shape);
}

/**
 * The product of two stacks of matrices, each perhaps transposed, as a sum over the rows of the whole stack where the
 * result is one matrix for all of it: the products for each matrix would be large before they were added up.
 */
function sumOfProducts(a: tf.Tensor, ta: boolean, b: tf.Tensor, tb: boolean, operand: tf.Tensor): tf.Tensor {
  const matrices = sizeOf(operand.shape.slice(0, -2));
  if (matrices > 1 || !ta || tb || a.rank !== b.rank) return undoBroadcast(tf.matMul(a, b, ta, tb), operand);
  const rows = (x: tf.Tensor): tf.Tensor => x.reshape([-1, x.shape.at(-1) as number]);
  return tf.matMul(rows(a), rows(b), true).reshape(operand.shape);
}

function matMulGradients(dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, ta: boolean, tb: boolean): Gradients {
  return {
    a: () => (ta ? sumOfProducts(b, tb, dy, true, a) : sumOfProducts(dy, false, b, !tb, a)),
    b: () => (tb ? sumOfProducts(dy, true, a, ta, b) : sumOfProducts(a, !ta, dy, false, b)),
  };
}

/** Each element's slope is the product of the others: of those before it and those behind it. */
function prodGradient(dy: tf.Tensor, x: tf.Tensor, axis: number | number[] | null | undefined): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);
  const order = [...x.shape.map((_, i) => i).filter((i) => !axes.includes(i)), ...axes];
  const moved = x.transpose(order);
  const kept = moved.shape.slice(0, x.rank - axes.length);
  const rows = moved.reshape([sizeOf(kept), sizeOf(moved.shape.slice(kept.length))]);
  const others = rows.cumprod(1, true).mul(rows.cumprod(1, true, true));
  const slopes = others.mul(dy.reshape([sizeOf(kept), 1])).reshape(moved.shape);
  return slopes.transpose(order.map((_, i) => order.indexOf(i)));
}

/** The gradient of one padded axis: what stands at a place goes to the element that it copies. */
function unmirror(dy: tf.Tensor, axis: number, size: number, amounts: [number, number], mode: string): tf.Tensor {
  const order = [axis, ...dy.shape.map((_, i) => i).filter((i) => i !== axis)];
  const front = dy.transpose(order);
  const numbers = tf.tensor1d(mirrored(size, amounts, mode), 'int32');
  const sums = tf.unsortedSegmentSum(front, numbers, size);
  return sums.transpose(order.map((_, i) => order.indexOf(i)));
}

const resizing = (kernel: string, method: 'bilinear' | 'nearest'): Gradient =>
  gradient(kernel, ['images'] as const, (dy, [images], how: Placement) => ({
    images: () => {
      const [n, height, width, channels] = images.shape as [number, number, number, number];
      const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
      const matrix = (from: number, to: number): tf.Tensor2D =>
        tf.tensor2d(interpolation(from, to, method, how), [to, from]);
      const narrow = tf.matMul(matrix(width, newWidth), dy.reshape([n * newHeight, newWidth, channels]), true);
      const low = tf.matMul(matrix(height, newHeight), narrow.reshape([n, newHeight, width * channels]), true);
      return low.reshape(images.shape);
    },
  }));

/** Indices as a list, whatever axes they have: [number of places, depth]. */
const asList = (indices: tf.Tensor): tf.Tensor => indices.reshape([-1, indices.shape.at(-1) as number]);

/**
 * Gradients that TF.js 4.22 lacks or has wrong.
 *
 * - It has none of comparisons and connectives (of GreaterEqual one that fails for integers), of All and Any, of TopK,
 *   GatherNd, ScatterNd and TensorScatterUpdate.
 * - Those of Maximum, Minimum, SquaredDifference and BatchMatMul do not undo broadcasting.
 * - That of GatherV2 knows one batch axis at most, and gives integers where the indices depend on the input; that of
 *   UnsortedSegmentSum gives nothing where the numbers do, and fails where one is outside.
 * - That of Cumsum exchanges axes unless it runs along the last; that of Prod knows no axes counted from the end.
 * - That of Tile ends at four axes, and takes a node for each copy.
 * - That of MirrorPad forgets the mirrored elements.
 * - Those of the resizes exchange height and width and ignore half-pixel centres.
 * - That of FloorDiv is the one of a division.
 */
const gradients: readonly Gradient[] = [
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'].map((kernel) => constant(kernel, 'a', 'b')),
  ...['LogicalAnd', 'LogicalOr', 'FloorDiv'].map((kernel) => constant(kernel, 'a', 'b')),
  ...['LogicalNot', 'All', 'Any'].map((kernel) => constant(kernel, 'x')),
  pairwise('Maximum', (a, b) => [() => a.greaterEqual(b).toFloat(), () => a.less(b).toFloat()]),
  pairwise('Minimum', (a, b) => [() => a.lessEqual(b).toFloat(), () => a.greater(b).toFloat()]),
  pairwise('SquaredDifference', (a, b) => [() => a.sub(b).mul(2), () => b.sub(a).mul(2)]),
  gradient('Cumsum', ['x'] as const, (dy, _, attrs: { axis: number; exclusive: boolean; reverse: boolean }) => ({
    x: () => dy.cumsum(attrs.axis, attrs.exclusive, !attrs.reverse),
  })),
  gradient('Prod', ['x'] as const, (dy, [x], { axis }: { axis?: number | number[] | null }) => ({
    x: () => prodGradient(dy, x, axis),
  })),
  gradient(
    'BatchMatMul',
    ['a', 'b'] as const,
    (dy, [a, b], { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) =>
      matMulGradients(dy, a, b, transposeA, transposeB),
  ),
  gradient('Tile', ['x'] as const, (dy, [x], { reps }: { reps: number[] }) => ({
    x: () => {
      const repeated = x.shape.flatMap((size, axis) => (reps[axis] === 1 ? [size] : [reps[axis] as number, size]));
      const copies = x.shape.flatMap((_, axis) => (reps[axis] === 1 ? [] : [axis]));
      const split = dy.reshape(repeated);
      // Each repeated axis before has put one axis more in front.
      return split.sum(copies.map((axis, before) => axis + before)).reshape(x.shape);
    },
  })),
  gradient('MirrorPad', ['x'] as const, (dy, [x], attrs: { paddings: [number, number][]; mode: string }) => ({
    x: () =>
      attrs.paddings.reduce(
        (rest, amounts, axis) =>
          amounts[0] + amounts[1] === 0 ? rest : unmirror(rest, axis, x.shape[axis] as number, amounts, attrs.mode),
        dy,
      ),
  })),
  gradient(
    'GatherV2',
    ['x', 'indices'] as const,
    (dy, [x, indices], { axis, batchDims }: { axis: number; batchDims: number }) => ({
      x: () =>
        gatherGradient(
          dy,
          x,
          indices,
          axis < 0 ? axis + x.rank : axis,
          batchDims < 0 ? batchDims + indices.rank : batchDims,
        ),
      indices: zeros(indices),
    }),
  ),
  gradient('GatherNd', ['params', 'indices'] as const, (dy, [params, indices]) => ({
    params: () => {
      const list = asList(indices);
      const [count, depth] = list.shape as [number, number];
      return tf.scatterND(list, dy.reshape([count, ...params.shape.slice(depth)]), params.shape);
    },
    indices: zeros(indices),
  })),
  gradient('ScatterNd', ['indices', 'updates'] as const, (dy, [indices, updates]) => ({
    indices: zeros(indices),
    updates: () => tf.gatherND(dy, asList(indices)).reshape(updates.shape),
  })),
  gradient('TensorScatterUpdate', ['tensor', 'indices', 'updates'] as const, (dy, [tensor, indices, updates]) => ({
    // The plain backend of TF.js writes into the tensor that it is given: it must be nobody else's.
    tensor: () => dy.mul(tf.tensorScatterUpdate(tf.ones(tensor.shape), indices, tf.zerosLike(updates))),
    indices: zeros(indices),
    updates: () => tf.gatherND(dy, asList(indices)).reshape(updates.shape),
  })),
  gradient('UnsortedSegmentSum', ['x', 'segmentIds'] as const, (dy, [x, ids]) => ({
    x: () => {
      const [segments = 0] = dy.shape;
      const inside = tf.logicalAnd(ids.greaterEqual(0), ids.less(segments));
      const taken = dy.gather(ids.clipByValue(0, segments - 1));
      const mask = inside.toFloat().reshape([...ids.shape, ...x.shape.slice(ids.rank).map(() => 1)]);
      return taken.mul(mask);
    },
    segmentIds: zeros(ids),
  })),
  {
    kernel: 'TopK',
    inputs: ['x'],
    outputs: [false, true],
    of: (dy, [x, places]) => ({ x: () => topKGradient(dy, x as tf.Tensor, places as tf.Tensor) }),
  },
  resizing('ResizeBilinear', 'bilinear'),
  resizing('ResizeNearestNeighbor', 'nearest'),
];

/** The kernels whose gradients these are. */
export const correctedKernels: readonly string[] = gradients.map(({ kernel }) => kernel);

let corrected = false;

/** Gives TF.js the gradients above in place of its own, once; they hold for every backend, the oracle's included. */
export function correctGradients(): void {
  if (corrected) return;
  corrected = true;
  for (const { kernel, inputs, outputs, of } of gradients) {
    tf.registerGradient({
      kernelName: kernel,
      inputsToSave: [...inputs],
      ...(outputs && { outputsToSave: [...outputs] }),
      // A kernel with several outputs gets a list: the first is what its gradient here is of.
      gradFunc: (dy, saved, attrs) => of(Array.isArray(dy) ? (dy[0] as tf.Tensor) : dy, saved, attrs),
    });
  }
}
