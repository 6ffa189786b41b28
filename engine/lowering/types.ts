import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';

/** What a TF.js kernel is called with. */
export interface KernelCall<Inputs extends string, Attrs> {
  /** The inputs by TF.js's names. */
  readonly values: Readonly<Record<Inputs, Value>>;
  /** The inputs in order, for kernels that take any number. */
  readonly list: readonly Value[];
  readonly attrs: Attrs;
}

/** How one TF.js kernel is said in ONNX. */
export interface Lowering {
  readonly kernel: string;
  readonly lower: (graph: GraphBuilder, call: KernelCall<string, unknown>) => Value | Value[];
}

/**
 * Declares a lowering with the inputs and attributes of its kernel (tfjs-core, kernel_names.ts). This is the only
 * place where TF.js's untyped call is taken to have the type that its declaration says.
 */
export function lowering<Inputs extends string, Attrs = unknown>(
  kernel: string,
  lower: (graph: GraphBuilder, call: KernelCall<Inputs, Attrs>) => Value | Value[],
): Lowering {
  return { kernel, lower: lower as Lowering['lower'] };
}
