import { HoldfastError } from '../../base/errors.ts';
import { callerInWords, isRunning, readerInWords } from '../tracing/caller.ts';

const COMPLEX = 'there are no complex numbers; keep the two parts in two tensors';
const TEXT = 'there are no tensors of texts; look texts up outside and pass numbers in';
const VOLUME = 'volumes are not supported; use the operations of images, frame by frame';
const PICTURE = 'change pictures before they are passed in, or put it together from slices, products and sums';
const SIZE =
  'the size of its result depends on the data, and shapes are fixed while compiling; keep all elements and choose with ' +
  'tf.where(condition, a, b), or take a fixed number of them with tf.topk';
const COMPOSED = 'TF.js puts it together from other kernels and does not call it';
const FUSED =
  'write the convolution, the sum with the bias and the activation one after the other; the runtime fuses them';

/** Kernels of TF.js without a lowering: why, and what to do instead. */
export const refusals: Readonly<Record<string, string>> = {
  AvgPool3D: VOLUME,
  AvgPool3DGrad: VOLUME,
  BroadcastArgs: 'shapes are known while tracing; work them out in JavaScript',
  BroadcastTo: COMPOSED,
  Complex: COMPLEX,
  ComplexAbs: COMPLEX,
  Conv3D: VOLUME,
  Conv3DBackpropFilterV2: VOLUME,
  Conv3DBackpropInputV2: VOLUME,
  CropAndResize: PICTURE,
  Diag: 'multiply tf.eye(n) with the vector',
  Dilation2D: PICTURE,
  Dilation2DBackpropFilter: PICTURE,
  Dilation2DBackpropInput: PICTURE,
  Draw: PICTURE,
  FFT: COMPLEX,
  FlipLeftRight: 'use tf.reverse(images, 2)',
  FromPixels: 'decode pictures before they are passed in',
  FusedConv2D: FUSED,
  FusedDepthwiseConv2D: FUSED,
  IFFT: COMPLEX,
  Imag: COMPLEX,
  LRN: 'use group or batch normalisation',
  LRNGrad: 'use group or batch normalisation',
  LogSoftmax: COMPOSED,
  LogicalXor: COMPOSED,
  LowerBound: 'count with tf.sum what tf.less finds',
  MatrixBandPart: COMPOSED,
  MaxPool3D: VOLUME,
  MaxPool3DGrad: VOLUME,
  MaxPoolWithArgmax: 'use tf.maxPool, whose gradient knows the places',
  Multinomial: 'random numbers come from a seeded generator (base/random.ts) and are passed in as an input',
  NonMaxSuppressionV3: SIZE,
  NonMaxSuppressionV4: SIZE,
  NonMaxSuppressionV5: SIZE,
  Pool: COMPOSED,
  RaggedGather: SIZE,
  RaggedRange: SIZE,
  RaggedTensorToTensor: SIZE,
  Real: COMPLEX,
  ResizeBilinearGrad: 'the gradient is put together from matrix products (engine/gradients.ts)',
  ResizeNearestNeighborGrad: 'the gradient is put together from matrix products (engine/gradients.ts)',
  RotateWithOffset: PICTURE,
  SearchSorted: 'count with tf.sum what tf.less finds',
  SparseFillEmptyRows: SIZE,
  SparseReshape: SIZE,
  SparseSegmentMean: 'use tf.gather and tf.unsortedSegmentSum, and divide by the counts',
  SparseSegmentSum: 'use tf.gather and tf.unsortedSegmentSum',
  StaticRegexReplace: TEXT,
  StringNGrams: TEXT,
  StringSplit: TEXT,
  StringToHashBucketFast: TEXT,
  Transform: PICTURE,
  Unique: SIZE,
  UpperBound: 'count with tf.sum what tf.lessEqual finds',
};

/** The error for a kernel that cannot be compiled: which, who calls it, and what to do instead. */
export function unsupported(kernel: string): HoldfastError {
  const advice = refusals[kernel] ?? 'see engine/README.md for how to add one';
  return new HoldfastError(
    'OP_UNSUPPORTED',
    `no lowering for TF.js kernel ${kernel}, called by ${callerInWords()}: ${advice}`,
  );
}

/** The error for a traced function that asks for a value. */
export function reading(): HoldfastError {
  const instead = 'choose with tf.where(condition, a, b), or pass the number in as an input';
  return new HoldfastError(
    'TRACE_INVALID',
    `the traced function reads a value back (${readerInWords()}), which has none yet; ${instead}`,
  );
}

const RANDOM = new Set([
  'rand',
  'randomGamma',
  'randomNormal',
  'randomStandardNormal',
  'randomUniform',
  'randomUniformInt',
  'truncatedNormal',
  'dropout',
]);

/**
 * TF.js draws random numbers in JavaScript: traced, they would be the same in every run of the program.
 * @throws HoldfastError OP_UNSUPPORTED where such an operation is running.
 */
export function refuseRandomness(): void {
  const operation = isRunning(RANDOM);
  if (operation === undefined) return;
  throw new HoldfastError(
    'OP_UNSUPPORTED',
    `tf.${operation} would draw once, while compiling: ${refusals.Multinomial}`,
  );
}
