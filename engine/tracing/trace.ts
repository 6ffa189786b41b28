import type { Tensor } from '@tensorflow/tfjs';
import { HoldfastError } from '../../base/errors.ts';
import { isInputSpec, readSpec } from '../arrays.ts';
import { isTensor } from '../eager.ts';
import { inputName } from '../input-name.ts';
import { type ExternalData, encodeModel, type OnnxGraph } from '../onnx/model.ts';
import { flatten, mapTree } from '../tree.ts';
import type { DType, InputSpec, NdArray, Tree } from '../types.ts';
import { withTracing } from './backend.ts';
import { GraphBuilder } from './graph.ts';
import { rowValue, type Value } from './value.ts';

/** A traced function: an ONNX file, and how its results go back into a tree. */
export interface Trace {
  readonly model: Uint8Array;
  readonly graph: OnnxGraph;
  /** The results in the function's own form; a leaf is the name, shape and type of an output of the graph. */
  readonly outputs: Tree<TracedOutput>;
  readonly multiplyAdds: number;
}

export class TracedOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;

  constructor(name: string, shape: readonly number[], dtype: DType) {
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
  }
}

export const isTracedOutput = (node: Tree<TracedOutput>): node is TracedOutput => node instanceof TracedOutput;

/** What may be said of a trace beyond its function and shapes. */
export interface TraceOptions {
  /** Names an output of the graph after its path in the result. */
  readonly outputName?: (path: string) => string;
  /** Channels in a block of blocked images; 1, the default, where the device has no such operators. */
  readonly block?: number;
  /** Where the data of a constant input are found instead of in the ONNX file. */
  readonly external?: (path: string) => ExternalData | undefined;
}

function constantOf(graph: GraphBuilder, array: NdArray, external: ExternalData | undefined): Value {
  const type = array.data instanceof Int32Array ? 'int32' : 'float32';
  const bytes = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
  const name = graph.constant(type, array.shape, bytes, external);
  return rowValue(name, type, array.shape);
}

/**
 * Calls a function once on tensors without values and writes down what it does.
 * @throws HoldfastError OP_UNSUPPORTED for a kernel without lowering, TRACE_INVALID for a function that reads values.
 */
export function trace(
  fn: (inputs: Tree<Tensor>) => Tree<Tensor>,
  specs: Tree<InputSpec>,
  name: string,
  options: TraceOptions = {},
): Trace {
  const { outputName = (path) => `result/${path}`, external = () => undefined, block = 1 } = options;
  return withTracing(new GraphBuilder(block), (tracing) => {
    const graph = tracing.currentGraph();
    const inputs = mapTree(specs, isInputSpec, (leaf, path) => {
      const { shape, dtype, constant } = readSpec(leaf);
      return tracing.tensorOf(
        constant === undefined
          ? rowValue(graph.input(inputName(path), dtype, shape), dtype, shape)
          : constantOf(graph, constant, external(path)),
      );
    });
    const results = explaining(name, () => atOnce(fn(inputs)));
    const values = new Map<string, Value>();
    const outputs = mapTree(results, isTensor, (tensor, path) => {
      const output = outputName(path);
      values.set(output, tracing.traced(tensor));
      return new TracedOutput(output, tensor.shape, tensor.dtype === 'float32' ? 'float32' : 'int32');
    });
    const { graph: finished, multiplyAdds } = graph.finish(name, values);
    if (flatten(outputs, isTracedOutput).length === 0) {
      throw new HoldfastError('TRACE_INVALID', `${name} returns nothing`);
    }
    return { model: encodeModel(finished), graph: finished, outputs, multiplyAdds };
  });
}

/** @throws HoldfastError TRACE_INVALID for the promise of an asynchronous function: it would wait for values. */
function atOnce<T>(result: T): T {
  if (!(result instanceof Promise)) return result;
  // How it ends is of no interest any more.
  result.catch(() => undefined);
  throw new HoldfastError('TRACE_INVALID', 'the function is asynchronous; a traced function has nothing to wait for');
}

/** Says in which function an error of tracing came up. */
function explaining<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof HoldfastError) {
      throw new HoldfastError(error.code, `${name}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
