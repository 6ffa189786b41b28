import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Constraint } from '../constraints/index.ts';
import type { StepRuleName } from '../types.ts';

/** Above any objective: what stands where none was met yet. */
export const FAR = 1e28;

/** What a step begins with. Everything is of N images; `values` and `best.values` are N, the rest N x S x S x channels. */
export interface StepState {
  readonly images: Tensor;
  readonly clean: Tensor;
  /** The objective at the images, and its gradient. */
  readonly values: Tensor;
  readonly gradient: Tensor;
  /** The best that was met so far, these images included. */
  readonly best: { readonly images: Tensor; readonly values: Tensor; readonly gradient: Tensor };
  readonly epsilon: Scalar;
  readonly stepSize: Scalar;
  /** int32, counts from 0. */
  readonly step: Tensor;
  /** Steps since the last checkpoint where this step is one, else 0. */
  readonly interval: Tensor;
}

/** What a rule remembers from step to step. */
export type Memory = Readonly<Record<string, Tensor>>;

/** Decides where the images go. */
export interface StepRule {
  readonly name: StepRuleName;
  /** Whether it goes back to the best images, and asks for their gradient. */
  readonly returnsToBest: boolean;
  /** @param start N x S x S x channels. */
  memory(start: Tensor, epsilon: Scalar): Memory;
  /** Images after the step, inside the constraint. */
  move(state: StepState, memory: Memory, constraint: Constraint): { readonly images: Tensor; readonly memory: Memory };
  /** For each step of a run the value of `StepState.interval`. */
  intervals(steps: number): readonly number[];
}
