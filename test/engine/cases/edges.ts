import * as tf from '@tensorflow/tfjs';

/**
 * What becomes of NaN. `propagates`: it stands where eager TF.js has it. `spreads`: there, and perhaps in more places.
 * `ignored`: the result is a number, the same as eager TF.js's. `undefined`: it may be lost, or stand for any number.
 */
export type OnNaN = 'propagates' | 'spreads' | 'ignored' | 'undefined';

/**
 * What becomes of tensors without elements: `works`, as in eager TF.js; `refused`, with OP_UNSUPPORTED or by TF.js itself;
 * or the number that the result is full of, where eager TF.js has another.
 */
export type OnNothing = 'works' | 'refused' | number;

/** What a kernel makes of NaN among its inputs, and of tensors without elements. */
export interface Edge {
  readonly kernel: string;
  readonly fn: (x: tf.Tensor) => tf.Tensor;
  readonly nan: OnNaN;
  /** Where eager TF.js does otherwise with NaN, which of the two that is: nothing is compared then. */
  readonly eager?: OnNaN;
  readonly nothing: OnNothing;
  readonly shape: readonly number[];
  readonly emptyShape: readonly number[];
}

type Rest = Partial<Omit<Edge, 'kernel' | 'fn'>>;
const vector = { shape: [4], emptyShape: [0] };
const matrix = { shape: [2, 2], emptyShape: [0, 2] };
const pictures = { shape: [1, 2, 2, 2], emptyShape: [0, 2, 2, 2] };

const row = (kernel: string, fn: Edge['fn'], rest: Rest = {}): Edge => ({
  kernel,
  fn,
  nan: 'propagates',
  nothing: 'works',
  ...vector,
  ...rest,
});
const ofMatrix = (kernel: string, fn: Edge['fn'], rest: Rest = {}): Edge => row(kernel, fn, { ...matrix, ...rest });
const ofPictures = (kernel: string, fn: (x: tf.Tensor4D) => tf.Tensor, rest: Rest = {}): Edge =>
  row(kernel, (x) => fn(x as tf.Tensor4D), { ...pictures, ...rest });

const ignored = { nan: 'ignored' } as const;
const unclear = { nan: 'undefined' } as const;
const spreads = { nan: 'spreads' } as const;

const gradient = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.grad(fn)(x);
const numbers = (x: tf.Tensor): tf.Tensor1D => tf.range(0, x.shape[0] as number, 1, 'int32');
const column = (x: tf.Tensor): tf.Tensor2D => numbers(x).expandDims(1);
const half = (): tf.Tensor => tf.scalar(0.5);

const unary: Readonly<Record<string, Edge['fn']>> = {
  Abs: (x) => x.abs(),
  Acos: (x) => x.acos(),
  Acosh: (x) => x.add(1).acosh(),
  Asin: (x) => x.asin(),
  Asinh: (x) => x.asinh(),
  Atan: (x) => x.atan(),
  Atanh: (x) => x.atanh(),
  Ceil: (x) => x.ceil(),
  ClipByValue: (x) => x.clipByValue(0.2, 0.6),
  Cos: (x) => x.cos(),
  Cosh: (x) => x.cosh(),
  Elu: (x) => x.elu(),
  EluGrad: gradient((x) => x.elu()),
  Erf: (x) => x.erf(),
  Exp: (x) => x.exp(),
  Expm1: (x) => x.expm1(),
  Floor: (x) => x.floor(),
  LeakyRelu: (x) => x.leakyRelu(0.3),
  Log: (x) => x.log(),
  Log1p: (x) => x.log1p(),
  Neg: (x) => x.neg(),
  Prelu: (x) => tf.prelu(x, tf.scalar(0.3)),
  Reciprocal: (x) => x.reciprocal(),
  Relu: (x) => x.relu(),
  Relu6: (x) => x.relu6(),
  Round: (x) => x.round(),
  Rsqrt: (x) => x.rsqrt(),
  Selu: (x) => x.selu(),
  Sigmoid: (x) => x.sigmoid(),
  Sin: (x) => x.sin(),
  Sinh: (x) => x.sinh(),
  Softplus: (x) => x.softplus(),
  Sqrt: (x) => x.sqrt(),
  Square: (x) => x.square(),
  Tan: (x) => x.tan(),
  Tanh: (x) => x.tanh(),
};

const binary: Readonly<Record<string, Edge['fn']>> = {
  Add: (x) => x.add(half()),
  AddN: (x) => tf.addN([x, x]),
  Atan2: (x) => tf.atan2(x, half()),
  Maximum: (x) => x.maximum(half()),
  Minimum: (x) => x.minimum(half()),
  Mod: (x) => x.mod(half()),
  Multiply: (x) => x.mul(half()),
  Pow: (x) => x.pow(half()),
  RealDiv: (x) => x.div(half()),
  Select: (x) => tf.where(x.greater(half()), x, x.mul(2)),
  SquaredDifference: (x) => x.squaredDifference(half()),
  Sub: (x) => x.sub(half()),
};

const decisions: Readonly<Record<string, Edge['fn']>> = {
  BitwiseAnd: (x) => tf.bitwiseAnd(x.isNaN().toInt(), x.isNaN().toInt()).toFloat(),
  Equal: (x) => x.equal(x).toFloat(),
  Greater: (x) => x.greater(half()).toFloat(),
  GreaterEqual: (x) => x.greaterEqual(half()).toFloat(),
  IsFinite: (x) => x.isFinite().toFloat(),
  IsInf: (x) => x.isInf().toFloat(),
  IsNan: (x) => x.isNaN().toFloat(),
  Less: (x) => x.less(half()).toFloat(),
  LessEqual: (x) => x.lessEqual(half()).toFloat(),
  LogicalAnd: (x) => tf.logicalAnd(x.isNaN(), x.isNaN()).toFloat(),
  LogicalNot: (x) => tf.logicalNot(x.isNaN()).toFloat(),
  LogicalOr: (x) => tf.logicalOr(x.isNaN(), x.isNaN()).toFloat(),
  NotEqual: (x) => x.notEqual(x).toFloat(),
  OnesLike: (x) => tf.onesLike(x),
  ZerosLike: (x) => tf.zerosLike(x),
};

const movements: readonly Edge[] = [
  row('Concat', (x) => tf.concat([x, x])),
  row('ExpandDims', (x) => x.expandDims(0)),
  row('Fill', (x) => tf.fill(x.shape, 2).add(x)),
  row('Identity', (x) => x.clone()),
  row('LinSpace', (x) => tf.linspace(0, 1, x.size).add(x), { emptyShape: [1, 0], shape: [1, 4], nothing: 'refused' }),
  row('Pack', (x) => tf.stack([x, x])),
  row('PadV2', (x) => x.pad([[1, 1]])),
  row('Range', (x) => tf.range(0, x.size).add(x)),
  row('Reshape', (x) => x.reshape([...x.shape, 1])),
  row('Reverse', (x) => x.reverse()),
  row('Slice', (x) => x.slice(0, Math.min(2, x.size))),
  row('Tile', (x) => x.tile([2])),
  ofMatrix('MirrorPad', (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 1],
      ],
      'symmetric',
    ),
  ),
  ofMatrix('SplitV', (x) => tf.split(x, 2, 1)[1] as tf.Tensor),
  ofMatrix('StridedSlice', (x) => x.stridedSlice([0, 1], [x.shape[0] as number, 2], [1, 2])),
  ofMatrix('Transpose', (x) => x.transpose()),
  ofMatrix('Unpack', (x) => tf.unstack(x, 1)[1] as tf.Tensor),
  row('BatchToSpaceND', (x) => tf.batchToSpaceND(x, [2], [[0, 0]]), { shape: [2, 2, 1], emptyShape: [0, 2, 1] }),
  row('SpaceToBatchND', (x) => tf.spaceToBatchND(x, [2], [[0, 0]]), { shape: [2, 2, 1], emptyShape: [0, 2, 1] }),
  row('DepthToSpace', (x) => tf.depthToSpace(x as tf.Tensor4D, 2), { shape: [1, 1, 1, 4], emptyShape: [0, 1, 1, 4] }),
];

const combinations: readonly Edge[] = [
  ofMatrix('Sum', (x) => x.sum(0)),
  ofMatrix('Mean', (x) => x.mean(0)),
  ofMatrix('Prod', (x) => x.prod(0)),
  // Of an axis, ONNX Runtime sees NaN in the first place only, and in others sometimes.
  ofMatrix('Max', (x) => x.max(0), { ...unclear, nothing: -Infinity }),
  ofMatrix('Min', (x) => x.min(0), { ...unclear, nothing: Infinity }),
  ofMatrix('All', (x) => x.isNaN().all(0).toFloat(), { ...ignored, nothing: 1 }),
  ofMatrix('Any', (x) => x.isNaN().any(0).toFloat(), ignored),
  ofMatrix('Cumsum', (x) => x.cumsum(1)),
  ofMatrix('Cumprod', (x) => x.cumprod(1)),
  ofMatrix('TopK', (x) => tf.topk(x, 2).values, unclear),
  ofMatrix('ArgMax', (x) => x.argMax(0).toFloat(), { ...unclear, nothing: 'refused' }),
  ofMatrix('ArgMin', (x) => x.argMin(0).toFloat(), { ...unclear, nothing: 'refused' }),
  ofMatrix('Softmax', (x) => x.softmax()),
  ofMatrix('FusedBatchNorm', (x) => tf.batchNorm2d(x as tf.Tensor2D, tf.tensor1d([0, 1]), tf.tensor1d([1, 2]))),
  ofMatrix('BatchMatMul', (x) => tf.matMul(x, x, true)),
  ofMatrix('_FusedMatMul', (x) => tf.fused.matMul({ a: x, b: tf.ones([2, 2]), activation: 'relu' })),
  ofMatrix('Einsum', (x) => tf.einsum('ij,ik->jk', x, x)),
];

const places: readonly Edge[] = [
  ofMatrix('GatherV2', (x) => x.gather(tf.tensor1d([0, 1], 'int32'), 1)),
  ofMatrix('GatherNd', (x) => tf.gatherND(x, tf.tensor2d([0, 1], [2, 1], 'int32')), { nothing: 'refused' }),
  row('OneHot', (x) => tf.oneHot(x.greater(half()).toInt(), 3), ignored),
  ofMatrix('UnsortedSegmentSum', (x) => tf.unsortedSegmentSum(x, numbers(x), 2), spreads),
  ofMatrix('ScatterNd', (x) => tf.scatterND(column(x), x, [3, 2]), spreads),
  ofMatrix('TensorScatterUpdate', (x) => tf.tensorScatterUpdate(tf.zeros([3, 2]), column(x), x)),
  row('SparseToDense', (x) => tf.sparseToDense(numbers(x), x, [6])),
  row('Bincount', (x) => tf.bincount(numbers(x), x as tf.Tensor1D, 3)),
  ofMatrix('DenseBincount', (x) => tf.denseBincount(x.isNaN().toInt() as tf.Tensor2D, x as tf.Tensor2D, 2)),
];

const one = (): tf.Tensor4D => tf.ones([1, 1, 2, 2]);
const each = (): tf.Tensor4D => tf.ones([1, 1, 2, 1]);
const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same').square();
const convolveEach = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same').square();

const images: readonly Edge[] = [
  ofPictures('Conv2D', (x) => convolve(x, one())),
  ofPictures(
    'Conv2DBackpropInput',
    gradient((x) => convolve(x, one())),
  ),
  ofPictures('Conv2DBackpropFilter', (x) => tf.grad((w) => convolve(x, w))(one())),
  ofPictures('DepthwiseConv2dNative', (x) => convolveEach(x, each())),
  ofPictures(
    'DepthwiseConv2dNativeBackpropInput',
    gradient((x) => convolveEach(x, each())),
  ),
  ofPictures('DepthwiseConv2dNativeBackpropFilter', (x) => tf.grad((w) => convolveEach(x, w))(each())),
  ofPictures('AvgPool', (x) => tf.avgPool(x, 2, 1, 'same')),
  ofPictures(
    'AvgPoolGrad',
    gradient((x) => tf.avgPool(x as tf.Tensor4D, 2, 1, 'valid').square()),
  ),
  ofPictures('MaxPool', (x) => tf.maxPool(x, 2, 1, 'same'), unclear),
  ofPictures(
    'MaxPoolGrad',
    gradient((x) => tf.maxPool(x as tf.Tensor4D, 2, 1, 'same').square()),
    unclear,
  ),
  // Products with matrices: a weight of zero takes NaN in too.
  ofPictures('ResizeBilinear', (x) => tf.image.resizeBilinear(x, [3, 3]), spreads),
  ofPictures('ResizeNearestNeighbor', (x) => tf.image.resizeNearestNeighbor(x, [3, 3]), spreads),
];

export const edges: readonly Edge[] = [
  ...Object.entries({ ...unary, ...binary }).map(([kernel, fn]) => row(kernel, fn)),
  ...Object.entries(decisions).map(([kernel, fn]) => row(kernel, fn, ignored)),
  row('Sign', (x) => x.sign(), { eager: 'ignored' }),
  // NaN is not above zero: the slope of a ReLU is 0 there.
  row('Step', (x) => x.step(), { ...ignored, eager: 'propagates' }),
  // No whole number stands for NaN.
  row('Cast', (x) => x.toInt().toFloat(), unclear),
  row('FloorDiv', (x) => tf.floorDiv(x, half()).toFloat(), unclear),
  ...movements,
  ...combinations,
  ...places,
  ...images,
];
