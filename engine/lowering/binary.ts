import type { GraphBuilder } from '../tracing/graph.ts';
import { broadcastShapes, type Value } from '../tracing/value.ts';
import { broadcastView, mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

interface Arithmetic {
  readonly kernel: string;
  readonly op: string;
  readonly onNumbers: (a: number, b: number) => number;
  /** The number that leaves the other operand as it is: on the right, and on the left too where that holds. */
  readonly neutral?: number;
  readonly commutes?: boolean;
}

const arithmetic: readonly Arithmetic[] = [
  { kernel: 'Add', op: 'Add', onNumbers: (a, b) => a + b, neutral: 0, commutes: true },
  { kernel: 'Sub', op: 'Sub', onNumbers: (a, b) => a - b, neutral: 0 },
  { kernel: 'Multiply', op: 'Mul', onNumbers: (a, b) => a * b, neutral: 1, commutes: true },
  { kernel: 'RealDiv', op: 'Div', onNumbers: (a, b) => a / b, neutral: 1 },
  { kernel: 'Maximum', op: 'Max', onNumbers: Math.max },
  { kernel: 'Minimum', op: 'Min', onNumbers: Math.min },
  { kernel: 'Pow', op: 'Pow', onNumbers: (a, b) => a ** b, neutral: 1 },
];

/** Numbers known while tracing are worked out at once; what would change nothing is left out. */
function combine(graph: GraphBuilder, { op, onNumbers, neutral, commutes }: Arithmetic, a: Value, b: Value): Value {
  const shape = broadcastShapes(a.shape, b.shape);
  if (a.uniform !== undefined && b.uniform !== undefined) {
    return graph.uniform(Math.fround(onNumbers(a.uniform, b.uniform)), shape, a.type);
  }
  if (neutral !== undefined && b.uniform === neutral) return broadcastView(a, shape);
  if (neutral !== undefined && commutes === true && a.uniform === neutral) return broadcastView(b, shape);
  return { ...zipElements(graph, op, [a, b]), shape };
}

const comparison = (kernel: string, op: string): Lowering =>
  lowering<'a' | 'b'>(kernel, (graph, { values: { a, b } }) => zipElements(graph, op, [a, b], 'bool'));

/** Operations on pairs of elements, with broadcasting. */
export const binary: readonly Lowering[] = [
  ...arithmetic.map((entry) =>
    lowering<'a' | 'b'>(entry.kernel, (graph, { values: { a, b } }) => combine(graph, entry, a, b)),
  ),
  comparison('Greater', 'Greater'),
  comparison('GreaterEqual', 'GreaterOrEqual'),
  comparison('Less', 'Less'),
  comparison('LessEqual', 'LessOrEqual'),
  comparison('Equal', 'Equal'),
  comparison('LogicalAnd', 'And'),
  comparison('LogicalOr', 'Or'),
  lowering<'a' | 'b'>('NotEqual', (graph, { values: { a, b } }) =>
    mapElements(graph, 'Not', zipElements(graph, 'Equal', [a, b], 'bool')),
  ),
  lowering<'x'>('LogicalNot', (graph, { values: { x } }) => mapElements(graph, 'Not', x)),
  lowering<'a' | 'b'>('SquaredDifference', (graph, { values: { a, b } }) => {
    const difference = zipElements(graph, 'Sub', [a, b]);
    return zipElements(graph, 'Mul', [difference, difference]);
  }),
  lowering<'condition' | 't' | 'e'>('Select', (graph, { values: { condition, t, e } }) =>
    zipElements(graph, 'Where', [condition, t, e], t.type),
  ),
  lowering('AddN', (graph, { list }) => list.reduce((sum, value) => zipElements(graph, 'Add', [sum, value]))),
];
