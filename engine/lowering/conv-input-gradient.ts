import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, rowValue, type Value } from '../tracing/value.ts';
import {
  blockFilter,
  blockFilterBack,
  convolveBlocked,
  interleaved,
  type Operand,
  operandOf,
  placesLast,
  readable,
} from './blocked-images.ts';
import { type Axis, axesOf, type Info, workOf } from './conv-info.ts';

/** One of the residues that input rows have modulo the stride: those rows are a convolution of the gradient by themselves. */
interface Phase {
  /** Places of the filter that meet such rows, from the last to the first. */
  readonly from: number;
  readonly count: number;
  /** Padding of the gradient. */
  readonly before: number;
  readonly after: number;
}

const rowsPerPhase = ({ size, stride }: Axis): number => Math.ceil(size / stride);

/** Input row `stride t + residue` met place `residue + before + stride d` of the filter in output row `t - d`. */
function phasesOf(axis: Axis): Phase[] {
  const { stride, filter, before, out } = axis;
  return Array.from({ length: stride }, (_, residue) => {
    const first = Math.ceil((-residue - before) / stride);
    const last = Math.floor((filter - 1 - residue - before) / stride);
    const count = Math.max(0, last - first + 1);
    const after = rowsPerPhase(axis) + count - 1 - out - last;
    return { from: residue + before + stride * last, count, before: last, after };
  });
}

/**
 * The gradient with respect to the image, blocked: a convolution for each residue that rows and columns have modulo the
 * stride, whose results are interleaved. At stride one that is the convolution with the filter turned by half a circle.
 */
export function inputGradient(graph: GraphBuilder, dy: Value, filter: Value, info: Info): Value | undefined {
  const axes = axesOf(info);
  const [rows, columns] = axes;
  if (!readable(graph, info.outChannels) || axes.some(({ dilation }) => dilation !== 1)) return undefined;
  const strided = rows.stride > 1 || columns.stride > 1;
  if (strided && info.inChannels < graph.block) return together(graph, dy, filter, info);
  const tile = strided ? undefined : tileFor(info, graph.block);
  if (tile !== undefined) return tiled(graph, dy, filter, info, tile);
  if (strided && !graph.blocks(info.inChannels)) return undefined;
  const phases = axes.map(phasesOf) as [Phase[], Phase[]];
  if (phases.flat().some(({ count, before, after }) => count > 0 && (before < 0 || after < 0))) return undefined;
  const image = operandOf(graph, dy);
  const back = filterBack(graph, filter, info);
  const parts = phases[0].map((row) =>
    phases[1].map((column) =>
      row.count * column.count === 0 ? undefined : phase(graph, image, back, row, column, info),
    ),
  );
  return strided ? interleave(graph, parts, info) : parts[0]?.[0];
}

/** The filter for the way back: its places, first and in any number, and how those are made a filter of a convolution. */
interface Back {
  readonly places: string;
  finish(places: string, height: number, width: number): string;
}

function filterBack(graph: GraphBuilder, filter: Value, { filterShape, inChannels, outChannels }: Info): Back {
  const name = graph.row(filter).name;
  if (graph.blocks(inChannels) && graph.blocks(outChannels)) {
    return {
      places: blockFilterBack(graph, name, filterShape),
      finish: (places, height, width) => placesLast(graph, places, [height, width, inChannels, outChannels]),
    };
  }
  return {
    places: graph.node('Transpose', [name], { perm: [0, 1, 3, 2] }),
    finish: (places, height, width) => blockFilter(graph, places, [height, width, outChannels, inChannels]),
  };
}

/** The rows and columns of one phase. */
function phase(graph: GraphBuilder, image: Operand, back: Back, row: Phase, column: Phase, info: Info): Value {
  const [rows, columns] = axesOf(info);
  const backwards = [rows.stride, columns.stride].map((stride) => -stride);
  const last = ({ from, count }: Phase, stride: number): number => {
    const end = from - stride * (count - 1) - 1;
    // An end before the beginning is said by a number far below zero: -1 would mean the last place.
    return end < 0 ? -1000 : end;
  };
  const places = graph.node('Slice', [
    back.places,
    graph.integers(row.from, column.from),
    graph.integers(last(row, rows.stride), last(column, columns.stride)),
    graph.integers(0, 1),
    graph.integers(...backwards),
  ]);
  const share = (row.count * column.count) / (info.filterHeight * info.filterWidth);
  return convolveBlocked(graph, {
    image,
    filter: back.finish(places, row.count, column.count),
    attributes: {
      kernel_shape: [row.count, column.count],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [row.before, column.before, row.after, column.after],
    },
    shape: [info.batchSize, rowsPerPhase(rows), rowsPerPhase(columns), info.inChannels],
    multiplyAdds: workOf(info) * share,
  });
}

/** Puts the phases, blocked and of equal size, back between each other; a phase that no place of the filter meets is zero. */
function interleave(graph: GraphBuilder, parts: readonly (readonly (Value | undefined)[])[], info: Info): Value {
  const [rows, columns] = axesOf(info);
  const sizes = physical(
    [info.batchSize, rowsPerPhase(rows), rowsPerPhase(columns), info.inChannels],
    'blocked',
    graph.block,
  );
  const zero = (): string => graph.node('Expand', [graph.scalar(0, 'float32'), graph.integers(...sizes)]);
  const names = parts.map((row) => row.map((part) => part?.name ?? zero()));
  const joined = interleaved(graph, names, sizes);
  if (rows.size % rows.stride === 0 && columns.size % columns.stride === 0) return images(joined, info.inShape);
  const cut = graph.node('Slice', [
    joined,
    graph.integers(0, 0),
    graph.integers(rows.size, columns.size),
    graph.integers(2, 3),
  ]);
  return images(cut, info.inShape);
}

const images = (name: string, shape: readonly number[]): Value => ({
  ...rowValue(name, 'float32', shape),
  layout: 'blocked',
});

/** All phases as channels of one convolution: for pictures, whose few channels would leave most of a block empty. */
function together(graph: GraphBuilder, dy: Value, filter: Value, info: Info): Value | undefined {
  const axes = axesOf(info);
  const [rows, columns] = axes;
  const spans = axes.map(({ stride, before, filter: size, out, ...axis }) => {
    const front = (stride - (before % stride)) % stride;
    const places = Math.ceil((size + front) / stride);
    const first = places - 1 - (before + front) / stride;
    const after = rowsPerPhase({ stride, before, filter: size, out, ...axis }) + places - 1 - out - first;
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
    graph.integers(-1000, -1000),
    graph.integers(0, 2),
    graph.integers(-1, -1),
  ]);
  const moved = graph.node('Transpose', [backwards], { perm: [0, 2, 5, 1, 3, 4] });
  const channels = rows.stride * columns.stride * inChannels;
  const kernel = [tall.places, wide.places, outChannels, channels];
  const [height, width] = [rowsPerPhase(rows), rowsPerPhase(columns)];
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

type Tile = readonly [number, number];

/** The tile that spares the most arithmetic; undefined where single pixels do as well. */
function tileFor(info: Info, block: number): Tile | undefined {
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
function tiled(graph: GraphBuilder, dy: Value, filter: Value, info: Info, tile: Tile): Value | undefined {
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
    graph.integers(-1000, -1000),
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
