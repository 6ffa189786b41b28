import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

interface Statistics {
  readonly mean: Value;
  readonly variance: Value;
  readonly scale?: Value;
  readonly offset?: Value;
}

/**
 * (x - mean) / sqrt(variance + epsilon) scale + offset, as one product and one sum over the images: the rest is as small
 * as the statistics, and constant where they are. Scale and offset may be missing.
 */
function batchNorm(
  graph: GraphBuilder,
  x: Value,
  { mean, variance, scale, offset }: Statistics,
  epsilon: number,
): Value {
  const spread = zipElements(graph, 'Add', [variance, graph.uniform(Math.fround(epsilon), [])]);
  const narrowing = mapElements(graph, 'Reciprocal', mapElements(graph, 'Sqrt', spread));
  const factor = scale === undefined ? narrowing : zipElements(graph, 'Mul', [narrowing, scale]);
  const moved = mapElements(graph, 'Neg', zipElements(graph, 'Mul', [mean, factor]));
  const shift = offset === undefined ? moved : zipElements(graph, 'Add', [moved, offset]);
  return zipElements(graph, 'Add', [zipElements(graph, 'Mul', [x, factor]), shift]);
}

/** Operations that bring values to a common scale. */
export const normalisations: readonly Lowering[] = [
  lowering<'logits', { dim: number }>('Softmax', (graph, { values: { logits }, attrs }) => {
    const name = graph.node('Softmax', [graph.row(logits).name], { axis: attrs.dim });
    return rowValue(name, 'float32', logits.shape);
  }),
  lowering<'x' | keyof Statistics, { varianceEpsilon: number }>('FusedBatchNorm', (graph, { values, attrs }) =>
    batchNorm(graph, values.x, values, attrs.varianceEpsilon),
  ),
];
