import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, type Value } from '../tracing/value.ts';

/**
 * `x * a` or `x + b` with one number per channel of blocked images, said as a convolution of each channel by itself with a
 * filter of one pixel: one pass over the image, into which a following bias, sum or ReLU is fused.
 */
export function scaleChannels(graph: GraphBuilder, image: Value, factors: Value): string {
  const { sizes, vector } = operandsOf(graph, image, factors);
  return pointwise(graph, image, sizes, [filterOf(graph, vector, sizes)], {});
}

export function shiftChannels(graph: GraphBuilder, image: Value, shifts: Value): string {
  const { sizes, vector } = operandsOf(graph, image, shifts);
  const ones = graph.row(graph.uniform(1, [sizes[1] as number])).name;
  return pointwise(graph, image, sizes, [filterOf(graph, ones, sizes), vector], { role: 'shift' });
}

/** Sizes under which the channels of each image are channels of their own where their numbers differ, and those numbers. */
function operandsOf(graph: GraphBuilder, image: Value, numbers: Value): { sizes: number[]; vector: string } {
  const [count, height, width, channels] = image.stored as readonly [number, number, number, number];
  const each = numbers.stored[0] !== 1;
  const sizes = each ? [1, count * channels, height, width] : [count, channels, height, width];
  return { sizes, vector: graph.reshaped(numbers.name, [sizeOf(numbers.stored)]) };
}

const filterOf = (graph: GraphBuilder, vector: string, sizes: readonly number[]): string =>
  graph.reshaped(vector, [sizes[1] as number, 1, 1, 1]);

function pointwise(
  graph: GraphBuilder,
  image: Value,
  sizes: readonly number[],
  operands: readonly string[],
  options: { readonly role?: 'shift' },
): string {
  const attributes = {
    kernel_shape: [1, 1],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [0, 0, 0, 0],
    group: sizes[1] as number,
  };
  const memory = physical(image.stored, 'blocked', graph.block);
  const view = { inputs: [sizes, ...operands.map(() => undefined)], output: sizes, memory };
  return graph.blockedNode('Conv', [image.name, ...operands], attributes, view, options);
}

/**
 * The sum over space of the product of two blocked images, for each image and channel: a convolution of each channel by
 * itself, with one image as the filter of the other. The product itself is written nowhere.
 */
export function productOverSpace(graph: GraphBuilder, images: readonly string[], stored: readonly number[]): string {
  const [count, height, width, channels] = stored as readonly [number, number, number, number];
  const [image = '', filter = ''] = images;
  const group = count * channels;
  const attributes = { kernel_shape: [height, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group };
  const memory = physical([count, 1, 1, channels], 'blocked', graph.block);
  const view = {
    inputs: [
      [1, group, height, width],
      [group, 1, height, width],
    ],
    output: [1, group, 1, 1],
    memory,
  };
  return graph.blockedNode('Conv', [image, filter], attributes, view);
}
