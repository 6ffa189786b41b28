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
import { tiled, tileFor, together } from './conv-pictures.ts';
import { BEFORE_ALL } from './shape.ts';

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
    return end < 0 ? BEFORE_ALL : end;
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
