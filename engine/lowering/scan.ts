import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { type Lowering, lowering } from './types.ts';

interface ScanAttrs {
  readonly axis: number;
  /** Leaves each element out of its own result. */
  readonly exclusive: boolean;
  /** From the end. */
  readonly reverse: boolean;
}

const numbers = (graph: GraphBuilder, x: Value): Value => graph.row(x.type === 'bool' ? cast(graph, x, 'int32') : x);

function cumulativeSum(graph: GraphBuilder, x: Value, { axis, exclusive, reverse }: ScanAttrs): Value {
  const along = graph.constant('int64', [], new Uint8Array(BigInt64Array.of(BigInt(axis)).buffer));
  const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
  return rowValue(graph.node('CumSum', [x.name, along], attributes), x.type, x.shape);
}

/**
 * ONNX has no cumulative product. Each element is multiplied with its neighbour at distance 1, 2, 4, ...: after that
 * many doublings it holds the product of all before it. Ones come in from the edge.
 */
function cumulativeProduct(graph: GraphBuilder, x: Value, { axis, exclusive, reverse }: ScanAttrs): Value {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const size = x.shape[at] as number;
  const shifted = (name: string, distance: number): string => {
    const pads = x.shape.map((_, i) => (i === at ? distance : 0));
    const none = x.shape.map(() => 0);
    const amounts = graph.integers(...(reverse ? [...none, ...pads] : [...pads, ...none]));
    const padded = graph.node('Pad', [name, amounts, graph.scalar(1, x.type)]);
    const from = reverse ? distance : 0;
    return graph.node('Slice', [padded, graph.integers(from), graph.integers(from + size), graph.integers(at)]);
  };
  let name = exclusive ? shifted(x.name, 1) : x.name;
  for (let distance = 1; distance < size; distance *= 2) name = graph.node('Mul', [name, shifted(name, distance)]);
  return rowValue(name, x.type, x.shape);
}

/** Operations whose result at a place depends on all elements before it. */
export const scans: readonly Lowering[] = [
  lowering<'x', ScanAttrs>('Cumsum', (graph, { values: { x }, attrs }) =>
    cumulativeSum(graph, numbers(graph, x), attrs),
  ),
  lowering<'x', ScanAttrs>('Cumprod', (graph, { values: { x }, attrs }) =>
    cumulativeProduct(graph, numbers(graph, x), attrs),
  ),
];
