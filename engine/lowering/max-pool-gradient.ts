import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { type Layout, physical, rowValue, type Value } from '../tracing/value.ts';
import { interleaved } from './blocked-images.ts';
import { type Axis, attributesOf, axesOf, type Info } from './conv-info.ts';
import { channelsFirst, imagesOf } from './conv-plain.ts';

/** The gradient of each window goes to its first largest element; elements of several windows add up theirs. */
export function maxPoolGradient(graph: GraphBuilder, dy: Value, x: Value, y: Value, info: Info): Value {
  const apart = axesOf(info).every(
    ({ filter, stride, size, out, before }) => filter === stride && before === 0 && out * stride === size,
  );
  if (apart) return windowsApart(graph, dy, x, y, info);
  // The places that MaxPool can name are scattered fastest on the CPU; GPUs cannot name them.
  return graph.block > 1 ? scattered(graph, dy, x, info) : windowsOverlapping(graph, dy, x, y, info);
}

function windowsApart(graph: GraphBuilder, dy: Value, x: Value, y: Value, info: Info): Value {
  const layout = graph.blocks(info.inChannels) ? 'blocked' : 'channelsFirst';
  const [image, largest, upstream] = namesIn(graph, layout, [x, y, dy]) as [string, string, string];
  const parts = sharesOf(graph, image, largest, upstream, info);
  const sizes = physical(info.outShape, layout, graph.block);
  return { ...rowValue(interleaved(graph, parts, sizes), 'float32', info.inShape), layout };
}

const namesIn = (graph: GraphBuilder, layout: Layout, values: readonly Value[]): string[] =>
  values.map((value) => graph.expanded(graph.withLayout(value, layout)).name);

/** What each place of the windows gets: in turn, what is left of the gradient where it is as large as the largest element. */
function sharesOf(graph: GraphBuilder, image: string, largest: string, upstream: string, info: Info): string[][] {
  const [rows, columns] = axesOf(info);
  let left = upstream;
  return Array.from({ length: rows.filter }, (_, i) =>
    Array.from({ length: columns.filter }, (_, j) => {
      if (i === rows.filter - 1 && j === columns.filter - 1) return left;
      const end = (from: number, { stride, out }: Axis): number => from + stride * (out - 1) + 1;
      const place = graph.node('Slice', [
        image,
        graph.integers(i, j),
        graph.integers(end(i, rows), end(j, columns)),
        graph.integers(2, 3),
        graph.integers(rows.stride, columns.stride),
      ]);
      const hit = graph.node('Cast', [graph.node('Equal', [place, largest])], { to: 1 });
      const taken = graph.node('Mul', [left, hit]);
      left = graph.node('Sub', [left, taken]);
      return taken;
    }),
  );
}

function scattered(graph: GraphBuilder, dy: Value, x: Value, info: Info): Value {
  const [, places = ''] = graph.nodeWithOutputs('MaxPool', [channelsFirst(graph, x)], attributesOf(info), 2);
  const zeros = graph.node('Expand', [graph.scalar(0, 'float32'), graph.integers(sizeOf(info.inShape))]);
  const sums = graph.node(
    'ScatterElements',
    [zeros, graph.reshaped(places, [-1]), graph.reshaped(channelsFirst(graph, dy), [-1])],
    { axis: 0, reduction: 'add' },
  );
  return imagesOf(graph.reshaped(sums, physical(info.inShape, 'channelsFirst', 1)), info.inShape);
}

/**
 * The shares of the places, added up for each residue that rows and columns have modulo the stride: those are the rows and
 * columns of the padded image in turn.
 */
function windowsOverlapping(graph: GraphBuilder, dy: Value, x: Value, y: Value, info: Info): Value {
  const [rows, columns] = axesOf(info);
  const [image, largest, upstream] = namesIn(graph, 'channelsFirst', [x, y, dy]) as [string, string, string];
  const spans = [rows, columns].map((axis) => {
    const reached = axis.filter + axis.stride * (axis.out - 1);
    const turns = Math.ceil(Math.max(reached, axis.before + axis.size) / axis.stride);
    return { turns, behind: axis.stride * turns - axis.before - axis.size };
  });
  const [tall, wide] = spans as [(typeof spans)[0], (typeof spans)[0]];
  const amounts = [0, 0, rows.before, columns.before, 0, 0, tall.behind, wide.behind];
  const lowest = graph.scalar(Number.NEGATIVE_INFINITY, 'float32');
  const padded = graph.node('Pad', [image, graph.integers(...amounts), lowest]);
  const shares = sharesOf(graph, padded, largest, upstream, info);

  const sums = Array.from({ length: rows.stride }, () => Array<string | undefined>(columns.stride).fill(undefined));
  shares.forEach((row, i) => {
    row.forEach((share, j) => {
      const [down, right] = [Math.floor(i / rows.stride), Math.floor(j / columns.stride)];
      const beyond = [tall.turns - rows.out - down, wide.turns - columns.out - right] as const;
      const moved = graph.node('Pad', [share, graph.integers(0, 0, down, right, 0, 0, ...beyond)]);
      const band = sums[i % rows.stride] as (string | undefined)[];
      const before = band[j % columns.stride];
      band[j % columns.stride] = before === undefined ? moved : graph.node('Add', [before, moved]);
    });
  });
  const { batchSize, inChannels } = info;
  const sizes = [batchSize, inChannels, tall.turns, wide.turns];
  // Where the stride is longer than the window, some rows and columns are met by none.
  const nothing = (): string => graph.node('Expand', [graph.scalar(0, 'float32'), graph.integers(...sizes)]);
  const whole = interleaved(
    graph,
    sums.map((band) => band.map((sum) => sum ?? nothing())),
    sizes,
  );
  const cut = graph.node('Slice', [
    whole,
    graph.integers(rows.before, columns.before),
    graph.integers(rows.before + info.inHeight, columns.before + info.inWidth),
    graph.integers(2, 3),
  ]);
  return imagesOf(cut, info.inShape);
}
