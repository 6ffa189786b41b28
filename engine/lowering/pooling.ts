import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, rowValue, type Value } from '../tracing/value.ts';
import { interleaved, operandOf } from './blocked-images.ts';
import { attributesOf, axesOf, type ConvAttrs, describe, type Info } from './conv-info.ts';
import { channelsFirst, imagesOf, transposedAttributes } from './conv-plain.ts';
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

/** The gradient of each window goes to its first largest element. */
function maxPoolGradient(graph: GraphBuilder, dy: Value, x: Value, y: Value, info: Info): Value {
  const apart = axesOf(info).every(
    ({ filter, stride, size, out, before }) => filter === stride && before === 0 && out * stride === size,
  );
  return apart ? windowsApart(graph, dy, x, y, info) : windowsOverlapping(graph, dy, x, info);
}

/** Each place of the windows in turn takes the gradient that is left where it is as large as the largest element. */
function windowsApart(graph: GraphBuilder, dy: Value, x: Value, y: Value, info: Info): Value {
  const layout = graph.blocks(info.inChannels) ? 'blocked' : 'channelsFirst';
  const [image, largest, upstream] = [x, y, dy].map(
    (value) => graph.expanded(graph.withLayout(value, layout)).name,
  ) as [string, string, string];
  const { filterHeight: height, filterWidth: width } = info;
  let left = upstream;
  const parts = Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) => {
      if (i === height - 1 && j === width - 1) return left;
      const ends = [info.inHeight, info.inWidth];
      const place = graph.node('Slice', [
        image,
        graph.integers(i, j),
        graph.integers(...ends),
        graph.integers(2, 3),
        graph.integers(height, width),
      ]);
      const hit = graph.node('Cast', [graph.node('Equal', [place, largest])], { to: 1 });
      const taken = graph.node('Mul', [left, hit]);
      left = graph.node('Sub', [left, taken]);
      return taken;
    }),
  );
  const sizes = physical(info.outShape, layout, graph.block);
  return { ...rowValue(interleaved(graph, parts, sizes), 'float32', info.inShape), layout };
}

/** Elements of several windows add up their gradients. */
function windowsOverlapping(graph: GraphBuilder, dy: Value, x: Value, info: Info): Value {
  const [, places = ''] = graph.nodeWithOutputs('MaxPool', [channelsFirst(graph, x)], attributesOf(info), 2);
  const total = sizeOf(info.inShape);
  const zeros = graph.node('Expand', [graph.scalar(0, 'float32'), graph.integers(total)]);
  const scattered = graph.node(
    'ScatterElements',
    [zeros, graph.reshaped(places, [-1]), graph.reshaped(channelsFirst(graph, dy), [-1])],
    { axis: 0, reduction: 'add' },
  );
  return imagesOf(graph.reshaped(scattered, physical(info.inShape, 'channelsFirst', 1)), info.inShape);
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
