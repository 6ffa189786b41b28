import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { broadcastShapes, rowValue, type Value } from '../tracing/value.ts';
import { type Activation, activate } from './activation.ts';
import { zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function transposed(graph: GraphBuilder, x: Value): string {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return graph.node('Transpose', [x.name], { perm });
}

/**
 * Matrix product over the last two axes. Gemm transposes its operands for nothing, but knows neither batch axes nor
 * integers, which MatMul does.
 */
function matMul(graph: GraphBuilder, a: Value, b: Value, { transposeA, transposeB }: MatMulAttrs): Value {
  const [left, right] = [graph.row(a), graph.row(b)];
  const [n, k] = transposeA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const m = transposeB ? b.shape.at(-2) : b.shape.at(-1);
  const shape = [...broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)), n ?? 1, m ?? 1];
  const work = sizeOf(shape) * (k ?? 1);
  if (shape.length === 2 && a.type === 'float32') {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    return rowValue(graph.node('Gemm', [left.name, right.name], attributes, { multiplyAdds: work }), a.type, shape);
  }
  const operands = [
    transposeA ? transposed(graph, left) : left.name,
    transposeB ? transposed(graph, right) : right.name,
  ];
  return rowValue(graph.node('MatMul', operands, {}, { multiplyAdds: work }), a.type, shape);
}

/** The letters of an equation as ONNX wants them, and the shape of the result. TF.js has checked them already. */
function einsum(graph: GraphBuilder, list: readonly Value[], equation: string): Value {
  const [terms = '', result = ''] = equation.replaceAll(' ', '').split('->');
  const sizes = new Map<string, number>();
  terms.split(',').forEach((term, i) => {
    [...term].forEach((letter, axis) => {
      sizes.set(letter, list[i]?.shape[axis] as number);
    });
  });
  const work = sizeOf([...sizes.values()]);
  const shape = [...result].map((letter) => sizes.get(letter) as number);
  const operands = list.map((value) => graph.row(value).name);
  const name = graph.node('Einsum', operands, { equation: `${terms}->${result}` }, { multiplyAdds: work });
  return rowValue(name, (list[0] as Value).type, shape);
}

/** Products of matrices, and of tensors over named axes. */
export const matmul: readonly Lowering[] = [
  lowering<'a' | 'b', MatMulAttrs>('BatchMatMul', (graph, { values: { a, b }, attrs }) => matMul(graph, a, b, attrs)),
  // tf.fused makes it where no gradient is asked for; the bias and the weights of a PReLU may be missing.
  lowering<'a' | 'b' | 'bias' | 'preluActivationWeights', MatMulAttrs & Activation>(
    '_FusedMatMul',
    (graph, { values, attrs }) => {
      const product = matMul(graph, values.a, values.b, attrs);
      const { bias, preluActivationWeights }: Partial<typeof values> = values;
      const sum = bias === undefined ? product : zipElements(graph, 'Add', [product, bias]);
      return activate(graph, sum, attrs, preluActivationWeights);
    },
  ),
  lowering<string, { equation: string }>('Einsum', (graph, { list, attrs }) => einsum(graph, list, attrs.equation)),
];
