import { backend_util } from '@tensorflow/tfjs';
import { HoldfastError } from '../../base/errors.ts';
import { sizeOf } from '../arrays.ts';
import { ANY_BATCH, type GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { type Lowering, lowering } from './types.ts';

interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Info = backend_util.Conv2DInfo;

/** Filters, input and output sizes, paddings: TF.js's own arithmetic (conv_util.ts). */
function describe(input: readonly number[], filter: readonly number[], attrs: ConvAttrs): Info {
  if (attrs.dataFormat !== 'NHWC') throw new HoldfastError('OP_UNSUPPORTED', 'convolution of NCHW tensors; use NHWC');
  return backend_util.computeConv2DInfo(
    [...input] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
}

/** Multiply-adds of a convolution, which its two gradients share; per image when the batch is open. */
function workOf(info: Info): number {
  const images = info.batchSize === ANY_BATCH ? 1 : info.batchSize;
  return images * sizeOf(info.outShape.slice(1)) * info.filterHeight * info.filterWidth * info.inChannels;
}

function attributesOf(info: Info): Record<string, number[]> {
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

const channelsFirst = (graph: GraphBuilder, x: Value): string =>
  graph.expanded(graph.withLayout(x, 'channelsFirst')).name;

function result(name: string, shape: readonly number[]): Value {
  return { name, type: 'float32', shape, stored: shape, layout: 'channelsFirst' };
}

function convolve(graph: GraphBuilder, x: Value, filter: Value, attrs: ConvAttrs): Value {
  const info = describe(x.shape, filter.shape, attrs);
  const kernel = graph.node('Transpose', [graph.row(filter).name], { perm: [3, 2, 0, 1] });
  const name = graph.node('Conv', [channelsFirst(graph, x), kernel], attributesOf(info), workOf(info));
  return result(name, info.outShape);
}

/**
 * The gradient with respect to the image. At stride one it is itself a convolution, with the filter turned by half a
 * circle, and runs at a convolution's speed; ONNX Runtime's ConvTranspose reaches about half of that.
 */
function inputGradient(
  graph: GraphBuilder,
  dy: Value,
  filter: Value,
  inputShape: readonly number[],
  attrs: ConvAttrs,
): Value {
  const info = describe(inputShape, filter.shape, attrs);
  const image = channelsFirst(graph, dy);
  const weights = graph.row(filter).name;
  if (info.strideHeight === 1 && info.strideWidth === 1) {
    const swapped = graph.node('Transpose', [weights], { perm: [2, 3, 0, 1] });
    return result(
      graph.node('Conv', [image, turned(graph, swapped, info)], turnedAttributes(info), workOf(info)),
      inputShape,
    );
  }
  const kernel = graph.node('Transpose', [weights], { perm: [3, 2, 0, 1] });
  const attributes = { ...attributesOf(info), output_padding: outputPadding(info) };
  return result(graph.node('ConvTranspose', [image, kernel], attributes, workOf(info)), inputShape);
}

/** A filter (.., .., height, width) with both spatial axes reversed. */
function turned(graph: GraphBuilder, filter: string, info: Info): string {
  if (info.filterHeight * info.filterWidth === 1) return filter;
  const backwards = [
    graph.integers(-1, -1),
    graph.integers(-1000, -1000),
    graph.integers(2, 3),
    graph.integers(-1, -1),
  ];
  return graph.node('Slice', [filter, ...backwards]);
}

function turnedAttributes(info: Info): Record<string, number[]> {
  const height = info.dilationHeight * (info.filterHeight - 1);
  const width = info.dilationWidth * (info.filterWidth - 1);
  const { top, left } = info.padInfo;
  // The far side is padded by what is needed to give the input's size back.
  const bottom = info.inHeight - info.outHeight + top;
  const right = info.inWidth - info.outWidth + left;
  return { ...attributesOf(info), pads: [height - top, width - left, bottom, right] };
}

/** Rows and columns at the far side that no window of the forward convolution covered. */
function outputPadding(info: Info): number[] {
  const { top, left, bottom, right } = info.padInfo;
  const covered = (out: number, stride: number, dilation: number, filter: number): number =>
    (out - 1) * stride + dilation * (filter - 1) + 1;
  return [
    info.inHeight + top + bottom - covered(info.outHeight, info.strideHeight, info.dilationHeight, info.filterHeight),
    info.inWidth + left + right - covered(info.outWidth, info.strideWidth, info.dilationWidth, info.filterWidth),
  ];
}

/**
 * The gradient with respect to the filter: for each place (i, j) of the filter one matrix product, over all images and
 * output pixels, of the input pixels that this place met with the gradient. ONNX Runtime's Conv with the roles exchanged
 * reaches a third of this speed, because its kernel is then as large as the image.
 */
function filterGradient(
  graph: GraphBuilder,
  x: Value,
  dy: Value,
  filterShape: readonly number[],
  attrs: ConvAttrs,
): Value {
  const info = describe(x.shape, filterShape, attrs);
  const perPlace = workOf(info) / (info.filterHeight * info.filterWidth);
  // With few pixels and many channels the rows of the channels-last matrix are long, and it wins.
  const wide = info.outHeight * info.outWidth <= 64 && info.inChannels >= 32;
  const places: string[] = [];
  const image = padded(graph, x, info, wide);
  const gradient = flattened(graph, dy, wide);
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const patch = window(graph, image, info, i, j, wide);
      places.push(graph.node('Gemm', [patch, gradient], wide ? { transA: 1 } : { transB: 1 }, perPlace));
    }
  }
  const joined = places.length === 1 ? (places[0] as string) : graph.node('Concat', places, { axis: 0 });
  const name = graph.node('Reshape', [joined, graph.integers(...filterShape)]);
  return { name, type: 'float32', shape: filterShape, stored: filterShape, layout: 'row' };
}

/** The input with its padding: N, H, W, C when `wide`, else C, N, H, W. */
function padded(graph: GraphBuilder, x: Value, info: Info, wide: boolean): string {
  const { top, left, bottom, right } = info.padInfo;
  const source = wide ? graph.row(x).name : graph.node('Transpose', [channelsFirst(graph, x)], { perm: [1, 0, 2, 3] });
  if (top + left + bottom + right === 0) return source;
  const amounts = wide ? [0, top, left, 0, 0, bottom, right, 0] : [0, 0, top, left, 0, 0, bottom, right];
  return graph.node('Pad', [source, graph.integers(...amounts)]);
}

/** The gradient as a matrix: pixels x channels when `wide`, else channels x pixels. */
function flattened(graph: GraphBuilder, dy: Value, wide: boolean): string {
  const channels = dy.shape[3] as number;
  if (wide) return graph.node('Reshape', [graph.row(dy).name, graph.integers(-1, channels)]);
  const source = graph.node('Transpose', [channelsFirst(graph, dy)], { perm: [1, 0, 2, 3] });
  return graph.node('Reshape', [source, graph.integers(channels, -1)]);
}

/** The input pixels that place (i, j) of the filter met, as a matrix like `flattened`'s. */
function window(graph: GraphBuilder, image: string, info: Info, i: number, j: number, wide: boolean): string {
  const [row, column] = [i * info.dilationHeight, j * info.dilationWidth];
  const [height, width] = [info.strideHeight, info.strideWidth];
  const patch = graph.node('Slice', [
    image,
    graph.integers(row, column),
    graph.integers(row + height * (info.outHeight - 1) + 1, column + width * (info.outWidth - 1) + 1),
    wide ? graph.integers(1, 2) : graph.integers(2, 3),
    graph.integers(height, width),
  ]);
  return graph.node('Reshape', [
    patch,
    wide ? graph.integers(-1, info.inChannels) : graph.integers(info.inChannels, -1),
  ]);
}

/** Two-dimensional convolution and its two gradients. */
export const convolution: readonly Lowering[] = [
  lowering<'x' | 'filter', ConvAttrs>('Conv2D', (graph, { values: { x, filter }, attrs }) =>
    convolve(graph, x, filter, attrs),
  ),
  lowering<'dy' | 'filter', ConvAttrs & { inputShape: number[] }>(
    'Conv2DBackpropInput',
    (graph, { values: { dy, filter }, attrs }) => inputGradient(graph, dy, filter, attrs.inputShape, attrs),
  ),
  lowering<'x' | 'dy', ConvAttrs & { filterShape: number[] }>(
    'Conv2DBackpropFilter',
    (graph, { values: { x, dy }, attrs }) => filterGradient(graph, x, dy, attrs.filterShape, attrs),
  ),
];
