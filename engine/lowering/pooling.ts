import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, rowValue, type Value } from '../tracing/value.ts';
import { operandOf } from './blocked-images.ts';
import { attributesOf, type ConvAttrs, describe, type Info } from './conv-info.ts';
import { channelsFirst, imagesOf, transposedAttributes } from './conv-plain.ts';
import { maxPoolGradient } from './max-pool-gradient.ts';
import { type Lowering, lowering } from './types.ts';

interface PoolAttrs extends ConvAttrs {
  readonly filterSize: number | [number, number];
}

/** Pooling as a convolution of each channel by itself: the same windows. */
function windowsOf(shape: readonly number[], attrs: PoolAttrs): Info {
  const [height, width] =
    typeof attrs.filterSize === 'number' ? [attrs.filterSize, attrs.filterSize] : attrs.filterSize;
  return describe(shape, [height, width, shape[3] as number, 1], attrs, true);
}

function pool(graph: GraphBuilder, op: 'MaxPool' | 'AveragePool', x: Value, info: Info): Value {
  const attributes = attributesOf(info);
  if (!graph.blocks(info.inChannels)) {
    return imagesOf(graph.node(op, [channelsFirst(graph, x)], attributes), info.outShape);
  }
  const { name, sizes } = operandOf(graph, x);
  const output = physical(info.outShape, 'channelsFirst', 1);
  const memory = physical(info.outShape, 'blocked', graph.block);
  const pooled = graph.blockedNode(op, [name], attributes, { inputs: [sizes], output, memory });
  return { ...rowValue(pooled, 'float32', info.outShape), layout: 'blocked' };
}

/** The gradient of each window is shared out evenly over its elements inside the image. */
function averagePoolGradient(graph: GraphBuilder, dy: Value, info: Info): Value {
  const channels = info.inChannels;
  const attributes = attributesOf(info);
  const inside = graph.node('Expand', [graph.scalar(1, 'float32'), graph.integers(1, 1, info.inHeight, info.inWidth)]);
  const share = graph.node('AveragePool', [inside], { ...attributes, count_include_pad: 1 });
  // The share of a window that lies inside the image, times its size, is the number of its elements.
  const size = info.filterHeight * info.filterWidth;
  const count = graph.node('Mul', [share, graph.scalar(size, 'float32')]);
  const each = graph.node('Div', [channelsFirst(graph, dy), count]);
  const ones = graph.node('Expand', [
    graph.scalar(1, 'float32'),
    graph.integers(channels, 1, info.filterHeight, info.filterWidth),
  ]);
  const spread = graph.node('ConvTranspose', [each, ones], { ...transposedAttributes(info), group: channels });
  return imagesOf(spread, info.inShape);
}

/** Largest element and mean of windows, and their gradients. */
export const pooling: readonly Lowering[] = [
  lowering<'x', PoolAttrs>('MaxPool', (graph, { values: { x }, attrs }) =>
    pool(graph, 'MaxPool', x, windowsOf(x.shape, attrs)),
  ),
  lowering<'dy' | 'input' | 'output', PoolAttrs>('MaxPoolGrad', (graph, { values: { dy, input, output }, attrs }) =>
    maxPoolGradient(graph, dy, input, output, windowsOf(input.shape, attrs)),
  ),
  lowering<'x', PoolAttrs>('AvgPool', (graph, { values: { x }, attrs }) =>
    pool(graph, 'AveragePool', x, windowsOf(x.shape, attrs)),
  ),
  lowering<'dy' | 'input', PoolAttrs>('AvgPoolGrad', (graph, { values: { dy, input }, attrs }) =>
    averagePoolGradient(graph, dy, windowsOf(input.shape, attrs)),
  ),
];
