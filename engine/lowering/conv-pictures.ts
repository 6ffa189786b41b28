import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { blockFilter, convolveBlocked, operandOf } from './blocked-images.ts';
import { axesOf, type Info, workOf } from './conv-info.ts';
import { BEFORE_ALL } from './shape.ts';

/** All phases as channels of one convolution: for pictures, whose few channels would leave most of a block empty. */
export function together(graph: GraphBuilder, dy: Value, filter: Value, info: Info): Value | undefined {
  const axes = axesOf(info);
  const [rows, columns] = axes;
  const spans = axes.map(({ stride, before, filter: size, out, ...axis }) => {
    const front = (stride - (before % stride)) % stride;
    const places = Math.ceil((size + front) / stride);
    const first = places - 1 - (before + front) / stride;
    const after = Math.ceil(axis.size / stride) + places - 1 - out - first;
    return { front, places, behind: stride * places - size - front, before: first, after };
  });
  const [tall, wide] = spans as [(typeof spans)[0], (typeof spans)[0]];
  if (spans.some(({ before, after }) => before < 0 || after < 0)) return undefined;
  const { inChannels, outChannels, batchSize } = info;
  const padding = graph.integers(tall.front, wide.front, 0, 0, tall.behind, wide.behind, 0, 0);
  const whole = graph.node('Pad', [graph.row(filter).name, padding]);
  const split = [tall.places, rows.stride, wide.places, columns.stride, inChannels, outChannels];
  const backwards = graph.node('Slice', [
    graph.reshaped(whole, split),
    graph.integers(-1, -1),
    graph.integers(BEFORE_ALL, BEFORE_ALL),
    graph.integers(0, 2),
    graph.integers(-1, -1),
  ]);
  const moved = graph.node('Transpose', [backwards], { perm: [0, 2, 5, 1, 3, 4] });
  const channels = rows.stride * columns.stride * inChannels;
  const kernel = [tall.places, wide.places, outChannels, channels];
  const [height, width] = axes.map(({ size, stride }) => Math.ceil(size / stride)) as [number, number];
  const all = convolveBlocked(graph, {
    image: operandOf(graph, dy),
    filter: blockFilter(graph, graph.reshaped(moved, kernel), kernel),
    attributes: {
      kernel_shape: [tall.places, wide.places],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [tall.before, wide.before, tall.after, wide.after],
    },
    shape: [batchSize, height, width, channels],
    multiplyAdds: workOf(info),
  });
  return apart(graph, all, [rows.stride, columns.stride], info);
}

/** Pictures whose pixels lie in tiles as channels (row, column, channel), with the tiles spread out and the surplus cut off. */
function apart(graph: GraphBuilder, tiles: Value, [tall, wide]: readonly [number, number], info: Info): Value {
  const [count, height, width] = tiles.shape as readonly [number, number, number, number];
  const { inChannels, inHeight, inWidth, inShape } = info;
  const pieces = graph.reshaped(graph.row(tiles).name, [count, height, width, tall, wide, inChannels]);
  const moved = graph.node('Transpose', [pieces], { perm: [0, 1, 3, 2, 4, 5] });
  const name = graph.reshaped(moved, [count, height * tall, width * wide, inChannels]);
  if (height * tall === inHeight && width * wide === inWidth) return rowValue(name, 'float32', inShape);
  const ends = graph.integers(inHeight, inWidth);
  return rowValue(graph.node('Slice', [name, graph.integers(0, 0), ends, graph.integers(1, 2)]), 'float32', inShape);
}

export type Tile = readonly [number, number];

/** The tile that spares the most arithmetic; undefined where single pixels do as well. */
export function tileFor(info: Info, block: number): Tile | undefined {
  const cost = ([tall, wide]: Tile): number =>
    ((info.filterHeight + tall - 1) *
      (info.filterWidth + wide - 1) *
      Math.ceil((tall * wide * info.inChannels) / block)) /
    (tall * wide);
  const tiles: Tile[] = [
    [2, 2],
    [2, 4],
  ];
  return tiles.reduce<Tile | undefined>((best, tile) => (cost(tile) < cost(best ?? [1, 1]) ? tile : best), undefined);
}

/**
 * The gradient of pictures at stride one, whose few channels would leave most of a block empty: a tile of pixels at a
 * time, as channels of one convolution that takes steps of a tile over the gradient. Each pixel of a tile has its own copy of
 * the filter, turned round and shifted.
 */
export function tiled(graph: GraphBuilder, dy: Value, filter: Value, info: Info, tile: Tile): Value | undefined {
  const { inChannels, outChannels, batchSize } = info;
  const spans = axesOf(info).map(({ size, out, filter: length, before }, i) => {
    const step = tile[i] as number;
    const places = length + step - 1;
    const first = length - 1 - before;
    const tiles = Math.ceil(size / step);
    return { step, places, tiles, before: first, after: step * (tiles - 1) + places - out - first };
  });
  if (spans.some(({ before, after }) => before < 0 || after < 0)) return undefined;
  const [tall, wide] = spans as [(typeof spans)[0], (typeof spans)[0]];
  const turned = graph.node('Slice', [
    graph.row(filter).name,
    graph.integers(-1, -1),
    graph.integers(BEFORE_ALL, BEFORE_ALL),
    graph.integers(0, 1),
    graph.integers(-1, -1),
  ]);
  const copies: string[] = [];
  for (let row = 0; row < tall.step; row++) {
    for (let column = 0; column < wide.step; column++) {
      const padding = [row, column, 0, 0, tall.step - 1 - row, wide.step - 1 - column, 0, 0];
      copies.push(graph.node('Pad', [turned, graph.integers(...padding)]));
    }
  }
  // [height, width, tile x in, out], then in and out change places.
  const stacked = graph.node('Concat', copies, { axis: 2 });
  const channels = tall.step * wide.step * inChannels;
  const kernel = [tall.places, wide.places, outChannels, channels];
  const swapped = graph.node('Transpose', [stacked], { perm: [0, 1, 3, 2] });
  const image = operandOf(graph, dy);
  const pads = [tall.before, wide.before, tall.after, wide.after];
  const all = convolveBlocked(graph, {
    image,
    filter: blockFilter(graph, swapped, kernel),
    attributes: {
      kernel_shape: [tall.places, wide.places],
      strides: [tall.step, wide.step],
      dilations: [1, 1],
      pads,
    },
    shape: [batchSize, tall.tiles, wide.tiles, channels],
    multiplyAdds: workOf(info),
  });
  return apart(graph, all, [tall.step, wide.step], info);
}
