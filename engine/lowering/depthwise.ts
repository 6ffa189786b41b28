import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { convolveBlocked, operandOf } from './blocked-images.ts';
import { attributesOf, type ConvAttrs, describe, type Info, workOf } from './conv-info.ts';
import { channelsFirst, cropped, imagesOf, transposedAttributes, turned, turnedAttributes } from './conv-plain.ts';
import { type Lowering, lowering } from './types.ts';

const multiplierOf = (info: Info): number => info.outChannels / info.inChannels;

/** The filter [height, width, C, m] as ONNX takes it: (C m) x 1 x height x width. */
function plainFilter(graph: GraphBuilder, filter: Value, info: Info): string {
  const moved = graph.node('Transpose', [graph.row(filter).name], { perm: [2, 3, 0, 1] });
  return graph.reshaped(moved, [info.outChannels, 1, info.filterHeight, info.filterWidth]);
}

/** A filter (C x 1 x height x width) in blocks of channels. */
function blockedFilter(graph: GraphBuilder, filter: string, info: Info): string {
  const { block } = graph;
  const sizes = [info.inChannels, 1, info.filterHeight, info.filterWidth];
  const split = graph.reshaped(filter, [info.inChannels / block, block, info.filterHeight, info.filterWidth]);
  return graph.reshaped(graph.node('Transpose', [split], { perm: [0, 2, 3, 1] }), sizes);
}

/** Convolves each channel by itself with `filter` (C m x 1 x height x width). */
function eachChannel(
  graph: GraphBuilder,
  image: Value,
  filter: string,
  attributes: Readonly<Record<string, readonly number[]>>,
  shape: readonly number[],
  info: Info,
): Value {
  const multiplyAdds = workOf(info, info.inChannels);
  const group = info.inChannels;
  const padded = (attributes.pads ?? []).every((amount) => amount >= 0);
  if (graph.blocks(group) && multiplierOf(info) === 1 && padded) {
    return convolveBlocked(graph, {
      image: operandOf(graph, image),
      filter: blockedFilter(graph, filter, info),
      attributes: { ...attributes, group },
      shape,
      multiplyAdds,
    });
  }
  const cut = cropped(graph, channelsFirst(graph, image), attributes);
  const name = graph.node('Conv', [cut.name, filter], { ...attributes, pads: cut.pads, group }, { multiplyAdds });
  return imagesOf(name, shape);
}

function inputGradient(graph: GraphBuilder, dy: Value, filter: Value, info: Info): Value {
  const kernel = plainFilter(graph, filter, info);
  if (info.strideHeight === 1 && info.strideWidth === 1 && multiplierOf(info) === 1) {
    return eachChannel(graph, dy, turned(graph, kernel, info), turnedAttributes(info), info.inShape, info);
  }
  const attributes = { ...transposedAttributes(info), group: info.inChannels };
  const work = { multiplyAdds: workOf(info, info.inChannels) };
  return imagesOf(graph.node('ConvTranspose', [channelsFirst(graph, dy), kernel], attributes, work), info.inShape);
}

/** For each place of the filter, the sum over images and output pixels of input times gradient. */
function filterGradient(graph: GraphBuilder, x: Value, dy: Value, info: Info): Value {
  const { inChannels, batchSize, outHeight, outWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  const multiplier = multiplierOf(info);
  const image = graph.node('Pad', [channelsFirst(graph, x), graph.integers(0, 0, top, left, 0, 0, bottom, right)]);
  const gradient = graph.reshaped(channelsFirst(graph, dy), [batchSize, inChannels, multiplier, outHeight, outWidth]);
  const places: string[] = [];
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const [height, width] = [info.strideHeight, info.strideWidth];
      const patch = graph.node('Slice', [
        image,
        graph.integers(i, j),
        graph.integers(i + height * (outHeight - 1) + 1, j + width * (outWidth - 1) + 1),
        graph.integers(2, 3),
        graph.integers(height, width),
      ]);
      const met = graph.reshaped(patch, [batchSize, inChannels, 1, outHeight, outWidth]);
      const product = graph.node('Mul', [met, gradient], {}, { multiplyAdds: sizeOf(info.outShape) });
      const sum = graph.node('ReduceSum', [product, graph.integers(0, 3, 4)], { keepdims: 0 });
      places.push(graph.reshaped(sum, [1, inChannels, multiplier]));
    }
  }
  const joined = places.length === 1 ? (places[0] as string) : graph.node('Concat', places, { axis: 0 });
  return rowValue(graph.reshaped(joined, info.filterShape), 'float32', info.filterShape);
}

/** Convolution of each channel by itself, and its gradients. */
export const depthwise: readonly Lowering[] = [
  lowering<'x' | 'filter', ConvAttrs>('DepthwiseConv2dNative', (graph, { values: { x, filter }, attrs }) => {
    const info = describe(x.shape, filter.shape, attrs, true);
    return eachChannel(graph, x, plainFilter(graph, filter, info), attributesOf(info), info.outShape, info);
  }),
  lowering<'dy' | 'filter', ConvAttrs & { inputShape: number[] }>(
    'DepthwiseConv2dNativeBackpropInput',
    (graph, { values: { dy, filter }, attrs }) =>
      inputGradient(graph, dy, filter, describe(attrs.inputShape, filter.shape, attrs, true)),
  ),
  lowering<'x' | 'dy', ConvAttrs & { filterShape: number[] }>(
    'DepthwiseConv2dNativeBackpropFilter',
    (graph, { values: { x, dy }, attrs }) =>
      filterGradient(graph, x, dy, describe(x.shape, attrs.filterShape, attrs, true)),
  ),
];
