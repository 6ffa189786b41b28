import type { Tensor } from '@tensorflow/tfjs';

export type DType = 'float32' | 'int32';

/** A dense row-major array outside any device: what goes into a program and comes out of it. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Values of one kind under names, nested: the arguments and results of a program. */
export type Tree<T> = T | { readonly [name: string]: Tree<T> };

/** The shape of an input. A list of sizes means float32; an array with data is built into the program as a constant. */
export type InputSpec = readonly number[] | { readonly shape: readonly number[]; readonly dtype: DType } | NdArray;

/** A pure function on tensors: no side effect, and no value read back (`dataSync`) on the way. */
export type TensorFunction<I extends Tree<Tensor>, O extends Tree<Tensor>> = (inputs: I) => O;

/** The array tree that belongs to a tensor tree. */
export type ArraysOf<T> = T extends Tensor ? NdArray : { readonly [K in keyof T]: ArraysOf<T[K]> };

/** The spec tree that belongs to a tensor tree. */
export type SpecsOf<T> = T extends Tensor ? InputSpec : { readonly [K in keyof T]: SpecsOf<T[K]> };

/** What is left to pass at each run; a tree of constants may be left out. */
export type RunInputs<T> = T extends Tensor ? NdArray : { readonly [K in keyof T]?: RunInputs<T[K]> };

/** A function made ready for one device and one set of shapes. */
export interface Program<I, O> {
  /** Runs it. Blocks its thread while it computes. @throws HoldfastError TRACE_INVALID for a missing or misshapen input. */
  run(inputs: RunInputs<I>): Promise<ArraysOf<O>>;
  /** Multiply-adds of the convolutions and matrix products of one run, for figures of speed. */
  readonly multiplyAdds: number;
  /** Gives the native memory back. The program cannot be run afterwards. */
  release(): Promise<void>;
}

export interface CompileOptions {
  /** Appears in errors and profiles. */
  readonly name?: string;
}

/** Takes what an operator should know of a device: why it was taken, what it leaves to the CPU. A line each. */
export type Report = (line: string) => void;

/** Runs pure functions on TF.js tensors on a device; see engine/README.md and docs/devices.md. */
export interface Engine {
  /** The device that computes, never `auto`: `cpu`, `webgpu`, `cuda` (compiled), `tfjs:` and TF.js's backend (eager). */
  readonly device: string;
  /** Threads of one operation on the CPU. */
  readonly threads: number;
  /** Traces, differentiates and optimises `fn` for the shapes of `inputs`. */
  compile<I extends Tree<Tensor>, O extends Tree<Tensor>>(
    fn: TensorFunction<I, O>,
    inputs: SpecsOf<I>,
    options?: CompileOptions,
  ): Promise<Program<I, O>>;
}

/** What one turn of a loop gives. */
export interface Turn<S extends Tree<Tensor>> {
  /** The state after the turn: the same names, shapes and types. */
  readonly state: S;
  /**
   * Which samples take this turn: bool, N, or one bool for all. A sample that does not keeps its state and takes no further
   * turn. Without it, all samples take all turns.
   */
  readonly active?: Tensor;
}

export interface LoopOptions<S extends Tree<Tensor>> {
  /** Turns at most: an int32 scalar, or a number known beforehand. */
  readonly steps: number | Tensor;
  /** The state before the first turn. */
  readonly state: S;
  /** One turn. `step` counts from 0 (int32 scalar). Called once while tracing. */
  readonly body: (state: S, step: Tensor) => Turn<S>;
}

export interface LoopResult<S extends Tree<Tensor>> {
  readonly state: S;
  /** Turns taken: int32, of the shape of `active`, or a scalar where there is none. */
  readonly steps: Tensor;
}
