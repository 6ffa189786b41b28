import type { GraphBuilder } from './graph.ts';
import { FROM_CHANNELS_FIRST, type Layout, padRank, physical, TO_CHANNELS_FIRST, type Value } from './value.ts';

/**
 * Writes down how a four-dimensional value changes its layout. ONNX Runtime's reorderings are used for images in blocks;
 * they take 32-bit floating-point numbers only, so that others go the long way round by transposition.
 */
export function changeLayout(graph: GraphBuilder, value: Value, layout: Layout): Value {
  const stored = padRank(value.stored, layout === 'row' ? value.shape.length : 4);
  const [, height, width, channels] = stored as [number, number, number, number];
  // Without extent in space, or with one channel, all layouts have the elements in the same order.
  const alike = height * width === 1 || channels === 1;
  const name = alike
    ? graph.reshaped(value.name, physical(stored, layout, graph.block))
    : moved(graph, stored, value, layout);
  return { ...value, name, stored, layout };
}

function moved(graph: GraphBuilder, stored: readonly number[], value: Value, layout: Layout): string {
  if (value.layout === 'blocked') return outOfBlocks(graph, value, layout);
  const name = value.stored.length === 4 ? value.name : graph.reshaped(value.name, stored);
  if (layout === 'blocked') return intoBlocks(graph, { ...value, name, stored });
  return graph.node('Transpose', [name], {
    perm: layout === 'channelsFirst' ? [...TO_CHANNELS_FIRST] : [...FROM_CHANNELS_FIRST],
  });
}

const fourAxes = (stored: readonly number[]): number[] => physical(stored, 'channelsFirst', 1);

function intoBlocks(graph: GraphBuilder, value: Value): string {
  const memory = physical(value.stored, 'blocked', graph.block);
  const last = value.layout === 'row';
  if (value.type === 'float32') {
    return graph.blockedNode('ReorderInput', [value.name], last ? { channels_last: 1 } : {}, {
      inputs: [undefined],
      output: fourAxes(value.stored),
      memory,
    });
  }
  const [count, blocks, height, width, block] = memory as [number, number, number, number, number];
  const split = last ? [count, height, width, blocks, block] : [count, blocks, block, height, width];
  return graph.node('Transpose', [graph.reshaped(value.name, split)], {
    perm: last ? [0, 3, 1, 2, 4] : [0, 1, 3, 4, 2],
  });
}

function outOfBlocks(graph: GraphBuilder, value: Value, layout: Layout): string {
  const last = layout === 'row';
  if (value.type === 'float32') {
    const channels = value.stored[3] as number;
    return graph.blockedNode(
      'ReorderOutput',
      [value.name],
      { channels, ...(last && { channels_last: 1 }) },
      { inputs: [fourAxes(value.stored)], output: physical(value.stored, layout, graph.block) },
    );
  }
  const moved = graph.node('Transpose', [value.name], { perm: last ? [0, 2, 3, 1, 4] : [0, 1, 4, 2, 3] });
  return graph.reshaped(moved, physical(value.stored, layout, graph.block));
}
