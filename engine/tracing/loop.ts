import type * as tf from '@tensorflow/tfjs';
import { isTensor } from '../eager.ts';
import { anyOf, checkState, merge } from '../loop-state.ts';
import { flatten, mapTree } from '../tree.ts';
import type { LoopOptions, LoopResult, Tree } from '../types.ts';
import type { Tracing } from './backend.ts';
import { GraphBuilder } from './graph.ts';
import { rowValue, type Value } from './value.ts';

/** A value that a loop carries from turn to turn: what it is before the first, and its name inside the body. */
interface Carried {
  readonly initial: Value;
  readonly name: string;
}

/** Writes a loop down as ONNX's Loop, whose body is a graph of its own. */
export function traceLoop<S extends Tree<tf.Tensor>>(
  tracing: Tracing,
  { steps, state, body }: LoopOptions<S>,
): LoopResult<S> {
  const outer = tracing.currentGraph();
  const inner = new GraphBuilder(outer.block, outer);
  const turn = inner.input(outer.freshName('turn'), 'int64', []);
  // ONNX hands the body its own condition of the turn before, which nobody needs.
  inner.input(outer.freshName('going'), 'bool', []);
  const carry = (value: Value): Carried => {
    const initial = outer.row(value);
    return { initial, name: inner.input(outer.freshName('state'), initial.type, initial.shape) };
  };
  const tensorFor = ({ initial, name }: Carried): tf.Tensor =>
    tracing.tensorOf(rowValue(name, initial.type, initial.shape));
  const started = new Map(
    flatten<tf.Tensor>(state, isTensor).map(([path, leaf]) => [path, carry(tracing.traced(leaf))]),
  );

  const { carried, condition } = tracing.within(inner, () => {
    const before = mapTree<tf.Tensor, tf.Tensor>(state, isTensor, (_, path) =>
      tensorFor(started.get(path) as Carried),
    ) as S;
    const step = tracing.tensorOf(rowValue(inner.node('Cast', [turn], { to: 6 }), 'int32', []));
    const taken = body(before, step);
    checkState(state, taken.state);
    const alive = carry(outer.uniform(1, taken.active?.shape ?? [], 'bool'));
    const count = carry(outer.uniform(0, taken.active?.shape ?? [], 'int32'));
    const still = taken.active === undefined ? tensorFor(alive) : tensorFor(alive).logicalAnd(taken.active);
    const after = taken.active === undefined ? taken.state : merge(still, taken.state, before);
    // In the order of the state before: a turn may name its leaves in another one.
    const next = new Map(flatten<tf.Tensor>(after, isTensor));
    const leaves = [...started].map(([path, leaf]) => ({
      ...leaf,
      next: tracing.traced(next.get(path) as tf.Tensor),
    }));
    const counted = tensorFor(count).add(still.cast('int32'));
    const rest = [
      { ...alive, next: tracing.traced(still) },
      { ...count, next: tracing.traced(counted) },
    ];
    return { carried: [...leaves, ...rest], condition: tracing.traced(anyOf(still)) };
  });

  const outputs = new Map<string, Value>([[outer.freshName('going'), condition]]);
  for (const { next } of carried) outputs.set(outer.freshName('next'), next);
  const { graph, multiplyAdds, captures } = inner.finish('body', outputs);
  const turns = typeof steps === 'number' ? steps : 1;
  const names = outer.append(
    {
      op: 'Loop',
      inputs: [limitOf(tracing, outer, steps), outer.scalar(1, 'bool'), ...carried.map(({ initial }) => initial.name)],
      attributes: { body: { graph } },
      captures,
      multiplyAdds: multiplyAdds * turns,
    },
    carried.length,
  );
  const results = carried.map(({ initial }, i) => rowValue(names[i] as string, initial.type, initial.shape));
  const paths = flatten<tf.Tensor>(state, isTensor).map(([path]) => path);
  return {
    state: mapTree<tf.Tensor, tf.Tensor>(state, isTensor, (_, path) =>
      tracing.tensorOf(results[paths.indexOf(path)] as Value),
    ) as S,
    steps: tracing.tensorOf(results[results.length - 1] as Value),
  };
}

/** The largest number of turns as ONNX takes it: a 64-bit scalar. */
function limitOf(tracing: Tracing, graph: GraphBuilder, steps: number | tf.Tensor): string {
  if (typeof steps === 'number') {
    return graph.constant('int64', [], new Uint8Array(BigInt64Array.of(BigInt(steps)).buffer));
  }
  return graph.node('Cast', [graph.row(tracing.traced(steps)).name], { to: 7 });
}
