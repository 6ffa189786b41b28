import * as tf from '@tensorflow/tfjs';
import { HoldfastError } from '../../base/errors.ts';
import { correctGradients } from '../gradients.ts';
import { lowerings } from '../lowering/index.ts';
import { reading, refusals, refuseRandomness, unsupported } from '../lowering/refusals.ts';
import type { GraphBuilder } from './graph.ts';
import { rowValue, type Value, type ValueType } from './value.ts';

const NAME = 'holdfast-tracing';

/** A trace: tensors stand for the values of a graph. */
export interface Tracing {
  /** The graph that kernels append to. @throws HoldfastError TRACE_INVALID after the trace. */
  currentGraph(): GraphBuilder;
  /** A tensor for a value of the graph. */
  tensorOf(value: Value): tf.Tensor;
  /** The value of a tensor. */
  traced(tensor: tf.Tensor): Value;
  /** Appends to another graph, inside the current one, while `body` runs. */
  within<T>(graph: GraphBuilder, body: () => T): T;
}

/**
 * A TF.js backend that computes nothing: each kernel appends nodes to the graph that is being traced, and a tensor's data
 * is the `Value` that stands for it. There is one, because TF.js keeps its backends in a global table.
 */
class TracingBackend extends tf.KernelBackend implements Tracing {
  graph: GraphBuilder | undefined;
  /** That the traced function asked for a value without waiting for it. */
  asked: HoldfastError | undefined;
  private values = new WeakMap<object, Value>();

  /** Makes a tensor's handle for a value. */
  handleFor(value: Value): { dataId: object; shape: number[]; dtype: tf.DataType } {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.type };
  }

  lookUp(dataId: object): Value {
    const value = this.values.get(dataId);
    if (value === undefined)
      throw new HoldfastError('TRACE_INVALID', 'a tensor from outside the traced function was used');
    return value;
  }

  tensorOf(value: Value): tf.Tensor {
    const { dataId, shape, dtype } = this.handleFor(value);
    return tf.engine().makeTensorFromDataId(dataId, shape, dtype, this);
  }

  traced(tensor: tf.Tensor): Value {
    return this.lookUp(tensor.dataId);
  }

  within<T>(graph: GraphBuilder, body: () => T): T {
    const around = this.graph;
    this.graph = graph;
    try {
      return body();
    } finally {
      this.graph = around;
    }
  }

  currentGraph(): GraphBuilder {
    if (this.graph === undefined) throw new HoldfastError('TRACE_INVALID', 'a traced tensor was used after its trace');
    return this.graph;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    refuseRandomness();
    const dataId = {};
    this.values.set(dataId, constantValue(this.currentGraph(), values, shape, dtype));
    return dataId;
  }

  override move(dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.values.set(dataId, constantValue(this.currentGraph(), values, shape, dtype));
  }

  override readSync(): never {
    throw reading();
  }

  /** TF.js asks from within promises, whose failure nobody may be waiting for: it is kept, and no answer comes. */
  override read(): Promise<never> {
    if (this.graph === undefined) return Promise.reject(reading());
    this.asked ??= reading();
    return new Promise(() => {});
  }

  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  decRef(): boolean {
    return true;
  }
  override refCount(): number {
    return 1;
  }
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override dispose(): void {}
}

function constantValue(
  graph: GraphBuilder,
  values: tf.backend_util.BackendValues,
  shape: number[],
  dtype: tf.DataType,
): Value {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new HoldfastError('OP_UNSUPPORTED', `tensors of ${dtype} cannot be compiled`);
  }
  const numbers = Array.isArray(values) ? [] : values;
  const [first = 0] = numbers as ArrayLike<number> & Iterable<number>;
  if (isUniform(numbers as ArrayLike<number>)) return graph.uniform(first, shape, dtype);
  const typed = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype as ValueType].from(
    numbers as ArrayLike<number>,
  );
  const bytes = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
  return rowValue(graph.constant(dtype, shape, bytes), dtype, shape);
}

function isUniform(values: ArrayLike<number>): boolean {
  const first = values[0];
  if (first === undefined) return false;
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return false;
  return true;
}

let backend: TracingBackend | undefined;

/** Registers the backend and its kernels with TF.js, once. */
function tracingBackend(): TracingBackend {
  if (backend !== undefined) return backend;
  correctGradients();
  const made = new TracingBackend();
  backend = made;
  tf.registerBackend(NAME, () => made);
  for (const { kernel, lower } of lowerings) {
    tf.registerKernel({
      kernelName: kernel,
      backendName: NAME,
      kernelFunc: ({ inputs, attrs }) => {
        const values: Record<string, Value> = {};
        // Kernels with any number of inputs, such as Concat, are called with a list: the names are its positions.
        for (const [name, input] of Object.entries(inputs)) {
          if (input !== undefined) values[name] = made.lookUp(input.dataId);
        }
        const list = Object.values(values);
        const graph = made.currentGraph();
        const results = lower(graph, { values, list, attrs: attrs ?? {} });
        // Without elements there is nothing to compute, and ONNX Runtime's kernels are not all prepared for it.
        const handle = (value: Value) =>
          made.handleFor(value.shape.includes(0) ? graph.uniform(0, value.shape, value.type) : value);
        return Array.isArray(results) ? results.map(handle) : handle(results);
      },
    });
  }
  const lowered = new Set(lowerings.map(({ kernel }) => kernel));
  const known = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  for (const kernelName of new Set([...known, ...Object.keys(refusals)])) {
    if (lowered.has(kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName: NAME,
      kernelFunc: () => {
        throw unsupported(kernelName);
      },
    });
  }
  return made;
}

/** The trace that is going on. */
export function activeTrace(): Tracing | undefined {
  return backend?.graph !== undefined && tf.getBackend() === NAME ? backend : undefined;
}

/** Runs `body` with TF.js computing nothing and recording into `graph`, and puts TF.js back as it was. */
export function withTracing<T>(graph: GraphBuilder, body: (tracing: Tracing) => T): T {
  const tracing = tracingBackend();
  // TF.js has no backend until its first operation.
  const before = tf.getBackend() ?? 'cpu';
  tracing.graph = graph;
  tracing.asked = undefined;
  // Both backends exist already, so that the switch happens at once and nothing is awaited.
  void tf.setBackend(NAME);
  try {
    tf.engine().startScope();
    const result = body(tracing);
    if (tracing.asked !== undefined) throw tracing.asked;
    return result;
  } finally {
    tf.engine().endScope();
    tracing.graph = undefined;
    void tf.setBackend(before);
  }
}
