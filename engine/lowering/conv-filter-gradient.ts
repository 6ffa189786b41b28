import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, rowValue, type Value } from '../tracing/value.ts';
import { roundUp } from './blocked-images.ts';
import { type Axis, axesOf, type Info, workOf } from './conv-info.ts';

/** Output pixels that stay in the processor's second cache, as the filter that they become. */
const PIXELS_AT_ONCE = 512;

/**
 * The gradient with respect to the filter, as a convolution of which the images are the channels: the input, with the
 * rows of pixels and channels run together to N channels of H x (W C), under the gradient as a filter of N channels of
 * H x W whose columns stand C apart. Output pixel (i, j C + c) is then the place (i, j) for input channel c. It runs at the
 * speed of any other convolution. Large images are cut into bands of rows, each an image by itself.
 */
export function filterGradient(graph: GraphBuilder, x: Value, dy: Value, info: Info): Value | undefined {
  const { inChannels, outChannels, batchSize } = info;
  const [rows, columns] = axesOf(info);
  if (!graph.blocks(outChannels) || rows.dilation !== 1 || columns.dilation !== 1) return undefined;
  const height = bandHeight(rows.out, columns.out);
  const bands = rows.out / height;
  const images = roundUp(batchSize, graph.block);
  const tall = needed({ ...rows, out: height });
  const sizes = [1, bands * images, tall, needed(columns) * inChannels];
  const strips = inBands(graph, padded(graph, x, images, info), bands, height * rows.stride, tall);
  const view = { inputs: [undefined], output: sizes };
  const image = graph.blockedNode('ReorderInput', [graph.reshaped(strips, sizes)], {}, view);
  const output = [1, outChannels, rows.filter, columns.filter * inChannels];
  const attributes = {
    kernel_shape: [height, columns.out],
    strides: [1, 1],
    dilations: [rows.stride, columns.stride * inChannels],
    pads: [0, 0, 0, 0],
    group: 1,
  };
  const filter = gradientAsFilter(graph, dy, images, bands);
  const multiplyAdds = workOf(info);
  const raw = graph.blockedNode(
    'Conv',
    [image, filter],
    attributes,
    { inputs: [undefined, undefined], output },
    { multiplyAdds },
  );
  const last = [1, rows.filter, columns.filter * inChannels, outChannels];
  const name = graph.blockedNode(
    'ReorderOutput',
    [raw],
    { channels: outChannels, channels_last: 1 },
    { inputs: [undefined], output: last },
  );
  return rowValue(graph.reshaped(name, info.filterShape), 'float32', info.filterShape);
}

/** Input rows that the windows of so many output rows reach. */
const needed = ({ filter, stride, out }: Axis): number => filter + stride * (out - 1);

/** The largest share of the output rows, in equal shares, whose pixels fit; all of them where a share would be thin. */
function bandHeight(rows: number, columns: number): number {
  const fits = Array.from({ length: rows }, (_, i) => rows - i).find(
    (height) => rows % height === 0 && height * columns <= PIXELS_AT_ONCE,
  );
  return fits === undefined || fits < 4 ? rows : fits;
}

/** The input with padding and without surplus rows and columns, filled up with empty images. */
function padded(graph: GraphBuilder, x: Value, images: number, info: Info): string {
  const [rows, columns] = axesOf(info);
  const behind = (axis: Axis): number => needed(axis) - axis.size - axis.before;
  const amounts = [0, rows.before, columns.before, 0, images - info.batchSize, behind(rows), behind(columns), 0];
  const source = graph.row(x).name;
  return amounts.every((n) => n === 0) ? source : graph.node('Pad', [source, graph.integers(...amounts)]);
}

/** Bands of `tall` rows, which overlap, one behind the other as images; each begins `step` rows after the one before. */
function inBands(graph: GraphBuilder, image: string, bands: number, step: number, tall: number): string {
  if (bands === 1) return image;
  const strips = Array.from({ length: bands }, (_, band) =>
    graph.node('Slice', [image, graph.integers(band * step), graph.integers(band * step + tall), graph.integers(1)]),
  );
  return graph.node('Concat', strips, { axis: 0 });
}

/** The gradient of N images, in bands of rows, as a filter with a channel for each band and image. */
function gradientAsFilter(graph: GraphBuilder, dy: Value, images: number, bands: number): string {
  const { block } = graph;
  const blocked = graph.expanded(graph.withLayout(dy, 'blocked'));
  const [count, blocks, height, width] = physical(dy.shape, 'blocked', block) as [number, number, number, number];
  const filled =
    count === images
      ? blocked.name
      : graph.node('Pad', [blocked.name, graph.integers(0, 0, 0, 0, 0, images - count, 0, 0, 0, 0)]);
  const split = [images / block, block, blocks, bands, height / bands, width, block];
  const moved = graph.node('Transpose', [graph.reshaped(filled, split)], { perm: [2, 3, 0, 4, 5, 1, 6] });
  return graph.reshaped(moved, [blocks * block, bands * images, height / bands, width]);
}
