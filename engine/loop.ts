import * as tf from '@tensorflow/tfjs';
import { HoldfastError } from '../base/errors.ts';
import { anyOf, checkState, merge } from './loop-state.ts';
import { activeTrace } from './tracing/backend.ts';
import { traceLoop } from './tracing/loop.ts';
import type { LoopOptions, LoopResult, Tree } from './types.ts';

/**
 * Takes up to `steps` turns on a carried state inside the program, and ends early when no sample is active any more. What
 * a turn computes from outside values alone is computed once, before the loop. Leaves of the state whose first size is N
 * belong to the samples; others change while any sample is active. A loop has no gradient; gradients may be taken inside.
 * @throws HoldfastError TRACE_INVALID when the state changes its form, or inside a function that is being differentiated.
 */
export function loop<S extends Tree<tf.Tensor>>(options: LoopOptions<S>): LoopResult<S> {
  if (tf.engine().state.gradientDepth > 0) {
    throw new HoldfastError('TRACE_INVALID', 'a loop cannot be differentiated; take gradients inside its body');
  }
  const tracing = activeTrace();
  return tracing === undefined ? runLoop(options) : traceLoop(tracing, options);
}

/** The exact twin of a traced loop: turn by turn, looking after each whether any sample is left. */
function runLoop<S extends Tree<tf.Tensor>>({ steps, state, body }: LoopOptions<S>): LoopResult<S> {
  const limit = typeof steps === 'number' ? steps : (steps.dataSync()[0] as number);
  const none = limit < 1 ? body(state, tf.scalar(0, 'int32')).active : undefined;
  let now: Progress<S> = { state, steps: tf.zeros(none?.shape ?? [], 'int32'), done: false };
  for (let step = 0; step < limit && !now.done; step++) now = takeTurn(now, state, body, step);
  return { state: now.state, steps: now.steps };
}

interface Progress<S> {
  readonly state: S;
  readonly steps: tf.Tensor;
  /** The samples that took every turn so far. */
  readonly alive?: tf.Tensor;
  readonly done: boolean;
}

function takeTurn<S extends Tree<tf.Tensor>>(
  { state, steps, alive }: Progress<S>,
  initial: S,
  body: LoopOptions<S>['body'],
  step: number,
): Progress<S> {
  const turn = body(state, tf.scalar(step, 'int32'));
  checkState(initial, turn.state);
  if (turn.active === undefined) return { state: turn.state, steps: steps.add(tf.scalar(1, 'int32')), done: false };
  const still = alive === undefined ? turn.active : alive.logicalAnd(turn.active);
  const counted = step === 0 ? still.cast('int32') : steps.add(still.cast('int32'));
  if (anyOf(still).dataSync()[0] === 0) return { state, steps: counted, alive: still, done: true };
  return { state: merge(still, turn.state, state), steps: counted, alive: still, done: false };
}
