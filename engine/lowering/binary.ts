import { HoldfastError } from '../../base/errors.ts';
import { ELEMENT_TYPES } from '../onnx/model.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { broadcastShapes, type Value } from '../tracing/value.ts';
import { cast, numberOf } from './cast.ts';
import { broadcastView, mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

interface Arithmetic {
  readonly kernel: string;
  readonly op: string;
  readonly onNumbers: (a: number, b: number) => number;
  /** The number that leaves the other operand as it is: on the right, and on the left too where that holds. */
  readonly neutral?: number;
  readonly commutes?: boolean;
  /** The operator that does the same to bools, where there is one. */
  readonly onBools?: string;
}

const arithmetic: readonly Arithmetic[] = [
  { kernel: 'Add', op: 'Add', onNumbers: (a, b) => a + b, neutral: 0, commutes: true },
  { kernel: 'Sub', op: 'Sub', onNumbers: (a, b) => a - b, neutral: 0 },
  { kernel: 'Multiply', op: 'Mul', onNumbers: (a, b) => a * b, neutral: 1, commutes: true, onBools: 'And' },
  { kernel: 'RealDiv', op: 'Div', onNumbers: (a, b) => a / b, neutral: 1 },
  { kernel: 'Maximum', op: 'Max', onNumbers: Math.max },
  { kernel: 'Minimum', op: 'Min', onNumbers: Math.min },
  { kernel: 'Pow', op: 'Pow', onNumbers: (a, b) => a ** b, neutral: 1 },
];

/** Bools are no numbers to ONNX; TF.js lets a byte overflow. @throws HoldfastError OP_UNSUPPORTED */
function refuseBools(kernel: string, ...values: readonly Value[]): void {
  if (values.every((value) => value.type !== 'bool')) return;
  throw new HoldfastError('OP_UNSUPPORTED', `${kernel} of bool tensors; cast them to int32 first`);
}

/** Numbers known while tracing are worked out at once; what would change nothing is left out. */
function combine(graph: GraphBuilder, entry: Arithmetic, a: Value, b: Value): Value {
  const { kernel, op, onNumbers, neutral, commutes, onBools } = entry;
  const shape = broadcastShapes(a.shape, b.shape);
  if (a.type === 'bool' && onBools !== undefined) return { ...zipElements(graph, onBools, [a, b], 'bool'), shape };
  refuseBools(kernel, a, b);
  if (a.uniform !== undefined && b.uniform !== undefined) {
    return graph.uniform(numberOf(onNumbers(a.uniform, b.uniform), a.type), shape, a.type);
  }
  if (neutral !== undefined && b.uniform === neutral) return broadcastView(graph, a, shape);
  if (neutral !== undefined && commutes === true && a.uniform === neutral) return broadcastView(graph, b, shape);
  return { ...zipElements(graph, op, [a, b]), shape };
}

/** What the two operators of integer division need: float64, which holds every int32, in which nothing traps. */
function inDoubles(graph: GraphBuilder, a: Value, b: Value, work: (a: string, b: string) => string): Value {
  const DOUBLE = 11;
  const [left, right] = [a, b].map((value) => graph.node('Cast', [value.name], { to: DOUBLE })) as [string, string];
  const whole = graph.node('Cast', [work(left, right)], { to: ELEMENT_TYPES.int32 });
  const quotient: Value = { ...a, name: whole };
  // In C++ a division by zero stops the process, or gives any number; TF.js gives 0.
  const byZero = zipElements(graph, 'Equal', [b, graph.uniform(0, [], 'int32')], 'bool');
  return zipElements(graph, 'Where', [byZero, graph.uniform(0, [], 'int32'), quotient], 'int32');
}

/** Both operands in row order under their common shape, so that their ONNX names can be used as they are. */
function aligned(graph: GraphBuilder, a: Value, b: Value): [Value, Value] {
  const shape = broadcastShapes(a.shape, b.shape);
  const [left, right] = [a, b].map((value) => graph.row(broadcastView(graph, value, shape)));
  return [left as Value, right as Value];
}

/** The largest whole number below the quotient, as int32 whatever the operands are. */
function floorDivide(graph: GraphBuilder, a: Value, b: Value): Value {
  refuseBools('FloorDiv', a, b);
  if (a.type === 'float32') {
    return cast(graph, mapElements(graph, 'Floor', zipElements(graph, 'Div', [a, b])), 'int32');
  }
  const [left, right] = aligned(graph, a, b);
  return inDoubles(graph, left, right, (x, y) => graph.node('Floor', [graph.node('Div', [x, y])]));
}

/** The remainder with the sign of the divisor. ONNX's has the sign of the dividend with floating-point numbers. */
function modulo(graph: GraphBuilder, a: Value, b: Value): Value {
  refuseBools('Mod', a, b);
  const truncated = { fmod: 1 };
  const [left, right] = aligned(graph, a, b);
  const remainder = (x: string, y: string): string =>
    graph.node('Mod', [graph.node('Add', [graph.node('Mod', [x, y], truncated), y]), y], truncated);
  if (a.type === 'int32') return inDoubles(graph, left, right, remainder);
  const zero = graph.uniform(0, []);
  const below = (value: Value): Value => zipElements(graph, 'Less', [value, zero], 'bool');
  const alike = zipElements(graph, 'Equal', [below(left), below(right)], 'bool');
  const plain: Value = { ...left, name: graph.node('Mod', [left.name, right.name], truncated) };
  const moved: Value = { ...left, name: remainder(left.name, right.name) };
  return zipElements(graph, 'Where', [alike, plain, moved], 'float32');
}

/**
 * The angle of the point (x, y): the arc tangent of y / x, turned by half a circle where x is negative. Zero at the
 * origin; the sign of a zero is not looked at.
 */
function atan2(graph: GraphBuilder, y: Value, x: Value): Value {
  const [zero, half] = [graph.uniform(0, []), graph.uniform(Math.fround(Math.PI), [])];
  // A zero with a minus sign would turn the infinity of the quotient round; adding zero takes the sign away.
  const quotient = zipElements(graph, 'Div', [y, zipElements(graph, 'Add', [x, zero])]);
  const angle = mapElements(graph, 'Atan', quotient);
  const above = zipElements(graph, 'GreaterOrEqual', [y, zero], 'bool');
  const turn = zipElements(graph, 'Where', [above, half, mapElements(graph, 'Neg', half)], 'float32');
  const turned = zipElements(graph, 'Add', [angle, turn]);
  const left = zipElements(graph, 'Less', [x, zero], 'bool');
  const result = zipElements(graph, 'Where', [left, turned, angle], 'float32');
  const origin = [x, y].map((value) => zipElements(graph, 'Equal', [value, zero], 'bool'));
  return zipElements(graph, 'Where', [zipElements(graph, 'And', origin, 'bool'), zero, result], 'float32');
}

/** Arithmetic on pairs of elements, with broadcasting. */
export const binary: readonly Lowering[] = [
  ...arithmetic.map((entry) =>
    lowering<'a' | 'b'>(entry.kernel, (graph, { values: { a, b } }) => combine(graph, entry, a, b)),
  ),
  lowering<'a' | 'b'>('FloorDiv', (graph, { values: { a, b } }) => floorDivide(graph, a, b)),
  lowering<'a' | 'b'>('Mod', (graph, { values: { a, b } }) => modulo(graph, a, b)),
  lowering<'a' | 'b'>('Atan2', (graph, { values: { a, b } }) => {
    refuseBools('Atan2', a, b);
    return cast(graph, atan2(graph, cast(graph, a, 'float32'), cast(graph, b, 'float32')), a.type);
  }),
  lowering<'a' | 'b'>('BitwiseAnd', (graph, { values: { a, b } }) => zipElements(graph, 'BitwiseAnd', [a, b])),
  lowering<'a' | 'b'>('SquaredDifference', (graph, { values: { a, b } }) => {
    refuseBools('SquaredDifference', a, b);
    const difference = zipElements(graph, 'Sub', [a, b]);
    return zipElements(graph, 'Mul', [difference, difference]);
  }),
  lowering('AddN', (graph, { list }) => {
    refuseBools('AddN', ...list);
    return list.reduce((sum, value) => zipElements(graph, 'Add', [sum, value]));
  }),
];
