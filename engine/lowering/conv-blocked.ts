import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { blockFilter, convolveBlocked, operandOf, readable } from './blocked-images.ts';
import { attributesOf, type Info, workOf } from './conv-info.ts';

/** The convolution itself on blocked images; undefined where its channels do not fill blocks. */
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
