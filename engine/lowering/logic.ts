import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

/** ONNX orders numbers only, and bools not at all. */
const asNumbers = (graph: GraphBuilder, x: Value): Value => (x.type === 'bool' ? cast(graph, x, 'int32') : x);

const ordering = (kernel: string, op: string): Lowering =>
  lowering<'a' | 'b'>(kernel, (graph, { values: { a, b } }) =>
    zipElements(graph, op, [asNumbers(graph, a), asNumbers(graph, b)], 'bool'),
  );

const pairwise = (kernel: string, op: string): Lowering =>
  lowering<'a' | 'b'>(kernel, (graph, { values: { a, b } }) => zipElements(graph, op, [a, b], 'bool'));

const not = (graph: GraphBuilder, x: Value): Value => mapElements(graph, 'Not', x);

/** `t` where the condition holds, `e` elsewhere. ONNX Runtime's Where takes no bools. */
function select(graph: GraphBuilder, condition: Value, t: Value, e: Value): Value {
  if (t.type !== 'bool') return zipElements(graph, 'Where', [condition, t, e], t.type);
  const chosen = zipElements(graph, 'And', [condition, t]);
  return zipElements(graph, 'Or', [chosen, zipElements(graph, 'And', [not(graph, condition), e])]);
}

/** Integers are finite; ONNX asks only of floating-point numbers. */
const question = (kernel: string, ask: (graph: GraphBuilder, x: Value) => Value): Lowering =>
  lowering<'x'>(kernel, (graph, { values: { x } }) => ask(graph, cast(graph, x, 'float32')));

const isNoNumber = (graph: GraphBuilder, x: Value): Value => mapElements(graph, 'IsNaN', x, {}, 'bool');
const isInfinite = (graph: GraphBuilder, x: Value): Value => mapElements(graph, 'IsInf', x, {}, 'bool');

/** Comparisons, and what is done with their results. A comparison with NaN is false, except "not equal". */
export const logic: readonly Lowering[] = [
  ordering('Greater', 'Greater'),
  ordering('GreaterEqual', 'GreaterOrEqual'),
  ordering('Less', 'Less'),
  ordering('LessEqual', 'LessOrEqual'),
  pairwise('Equal', 'Equal'),
  pairwise('LogicalAnd', 'And'),
  pairwise('LogicalOr', 'Or'),
  lowering<'a' | 'b'>('NotEqual', (graph, { values: { a, b } }) =>
    not(graph, zipElements(graph, 'Equal', [a, b], 'bool')),
  ),
  lowering<'x'>('LogicalNot', (graph, { values: { x } }) => not(graph, x)),
  question('IsNan', isNoNumber),
  question('IsInf', isInfinite),
  question('IsFinite', (graph, x) =>
    not(graph, zipElements(graph, 'Or', [isNoNumber(graph, x), isInfinite(graph, x)], 'bool')),
  ),
  lowering<'condition' | 't' | 'e'>('Select', (graph, { values: { condition, t, e } }) =>
    select(graph, condition, t, e),
  ),
];
