import type { GraphBuilder } from '../tracing/graph.ts';
import { broadcastShapes, type Value } from '../tracing/value.ts';
import { type Lowering, lowering } from './types.ts';

function transposed(graph: GraphBuilder, x: Value): string {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return graph.node('Transpose', [x.name], { perm });
}

/** Matrix product over the last two axes; Gemm transposes its operands for nothing, MatMul has batch axes. */
function matMul(graph: GraphBuilder, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const [left, right] = [graph.row(a), graph.row(b)];
  const [n, k] = transposeA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const m = transposeB ? b.shape.at(-2) : b.shape.at(-1);
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, n ?? 1, m ?? 1];
  const work = shape.reduce((product, size) => product * size, k ?? 1);
  const name =
    shape.length === 2
      ? graph.node(
          'Gemm',
          [left.name, right.name],
          { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
          { multiplyAdds: work },
        )
      : graph.node(
          'MatMul',
          [transposeA ? transposed(graph, left) : left.name, transposeB ? transposed(graph, right) : right.name],
          {},
          { multiplyAdds: work },
        );
  return { name, type: 'float32', shape, stored: shape, layout: 'row' };
}

export const matmul: readonly Lowering[] = [
  lowering<'a' | 'b', { transposeA: boolean; transposeB: boolean }>(
    'BatchMatMul',
    (graph, { values: { a, b }, attrs }) => matMul(graph, a, b, attrs.transposeA, attrs.transposeB),
  ),
];
