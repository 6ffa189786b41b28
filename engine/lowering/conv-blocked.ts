import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, rowValue, type Value } from '../tracing/value.ts';
import { blockFilter, convolveBlocked, operandOf, readable, roundUp } from './blocked-images.ts';
import { type Axis, attributesOf, axesOf, type Info, workOf } from './conv-info.ts';

export function convolve(graph: GraphBuilder, x: Value, filter: Value, info: Info): Value | undefined {
  if (!readable(graph, info.inChannels)) return undefined;
  return convolveBlocked(graph, {
    image: operandOf(graph, x),
    filter: blockFilter(graph, graph.row(filter).name, info.filterShape),
    attributes: attributesOf(info),
    shape: info.outShape,
    multiplyAdds: workOf(info),
  });
}

/**
 * The gradient with respect to the filter, as a convolution of which the images are the channels: the input, with the
 * rows of pixels and channels run together to N channels of H x (W C), under the gradient as a filter of N channels of
 * H x W whose columns stand C apart. Output pixel (i, j C + c) is then the place (i, j) for input channel c. It runs at the
 * speed of any other convolution.
 */
export function filterGradient(graph: GraphBuilder, x: Value, dy: Value, info: Info): Value | undefined {
  const { inChannels, outChannels, batchSize } = info;
  const [rows, columns] = axesOf(info);
  if (!graph.blocks(outChannels) || rows.dilation !== 1 || columns.dilation !== 1) return undefined;
  const images = roundUp(batchSize, graph.block);
  const [below, right] = [needed(rows) - rows.size - rows.before, needed(columns) - columns.size - columns.before];
  // Padding of whole rows is left to the convolution, which skips them; surplus rows are cut off.
  const amounts = [0, 0, columns.before, 0, images - batchSize, Math.min(below, 0), right, 0];
  const source = graph.row(x).name;
  const padded = amounts.every((n) => n === 0) ? source : graph.node('Pad', [source, graph.integers(...amounts)]);
  const sizes = [1, images, rows.size + Math.min(below, 0), needed(columns) * inChannels];
  const image = graph.blockedNode(
    'ReorderInput',
    [graph.reshaped(padded, sizes)],
    {},
    { inputs: [undefined], output: sizes },
  );
  const output = [1, outChannels, rows.filter, columns.filter * inChannels];
  const attributes = {
    kernel_shape: [rows.out, columns.out],
    strides: [1, 1],
    dilations: [rows.stride, columns.stride * inChannels],
    pads: [rows.before, 0, Math.max(below, 0), 0],
    group: 1,
  };
  const raw = graph.blockedNode(
    'Conv',
    [image, gradientAsFilter(graph, dy, images)],
    attributes,
    { inputs: [undefined, undefined], output },
    { multiplyAdds: workOf(info) },
  );
  const [, , height, width] = output as [number, number, number, number];
  const last = [1, height, width, outChannels];
  const view = { inputs: [undefined], output: last };
  const name = graph.blockedNode('ReorderOutput', [raw], { channels: outChannels, channels_last: 1 }, view);
  return rowValue(graph.reshaped(name, info.filterShape), 'float32', info.filterShape);
}

/** Rows of the padded input that the windows reach. */
const needed = ({ filter, stride, out }: Axis): number => filter + stride * (out - 1);

/** The gradient of N images as a filter with N input channels. */
function gradientAsFilter(graph: GraphBuilder, dy: Value, images: number): string {
  const { block } = graph;
  const blocked = graph.expanded(graph.withLayout(dy, 'blocked'));
  const [count, blocks, height, width] = physical(dy.shape, 'blocked', block) as [number, number, number, number];
  const filled =
    count === images
      ? blocked.name
      : graph.node('Pad', [blocked.name, graph.integers(0, 0, 0, 0, 0, images - count, 0, 0, 0, 0)]);
  const split = graph.reshaped(filled, [images / block, block, blocks, height, width, block]);
  const moved = graph.node('Transpose', [split], { perm: [2, 0, 3, 4, 1, 5] });
  return graph.reshaped(moved, [blocks * block, images, height, width]);
}
