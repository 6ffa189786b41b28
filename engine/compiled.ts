import type { Tensor } from '@tensorflow/tfjs';
import { HoldfastError } from '../base/errors.ts';
import { dtypeOf, isInputSpec, readSpec } from './arrays.ts';
import { channelsPerBlock } from './block.ts';
import { bindInputs } from './eager.ts';
import { createSession, RuntimeTensor } from './onnxruntime.ts';
import { isTracedOutput, trace } from './tracing/trace.ts';
import { flatten, mapTree } from './tree.ts';
import type {
  ArraysOf,
  CompileOptions,
  Engine,
  InputSpec,
  NdArray,
  Program,
  RunInputs,
  SpecsOf,
  TensorFunction,
  Tree,
} from './types.ts';

function toArray(tensor: RuntimeTensor, dtype: 'float32' | 'int32'): NdArray {
  const { data, dims } = tensor;
  if (data instanceof Float32Array || data instanceof Int32Array) return { shape: dims, data };
  if (data instanceof Uint8Array && dtype === 'int32') return { shape: dims, data: Int32Array.from(data) };
  throw new HoldfastError('TRACE_INVALID', `a result of type ${tensor.type} is not supported`);
}

/** How images lie between the operators of a program. */
export type ImageLayout = 'blocked' | 'channelsFirst';

/**
 * Compiles functions to ONNX and runs them in ONNX Runtime on the CPU.
 * @param images `blocked` (default), the CPU's fastest layout, where the library has it; `channelsFirst`, standard ONNX.
 */
export function createCompiledEngine(threads: number, images: ImageLayout = 'blocked'): Engine {
  return {
    device: 'cpu',
    threads,
    async compile<I extends Tree<Tensor>, O extends Tree<Tensor>>(
      fn: TensorFunction<I, O>,
      specs: SpecsOf<I>,
      options: CompileOptions = {},
    ): Promise<Program<I, O>> {
      const name = options.name ?? (fn.name === '' ? 'function' : fn.name);
      const specTree = specs as Tree<InputSpec>;
      const block = images === 'blocked' ? await channelsPerBlock() : 1;
      const traced = trace((inputs) => fn(inputs as I), specTree, name, { block });
      const session = await createSession(traced.model, threads);
      const constants = new Set(
        flatten(specTree, isInputSpec).flatMap(([path, spec]) => (readSpec(spec).constant === undefined ? [] : [path])),
      );
      const outputs = flatten(traced.outputs, isTracedOutput).map(([, output]) => output.name);
      return {
        multiplyAdds: traced.multiplyAdds,
        async run(inputs: RunInputs<I>): Promise<ArraysOf<O>> {
          const feeds: Record<string, RuntimeTensor> = {};
          for (const [path, array] of bindInputs(specTree, inputs as Tree<NdArray>)) {
            if (!constants.has(path)) feeds[path] = new RuntimeTensor(dtypeOf(array), array.data, [...array.shape]);
          }
          const results = await session.run(feeds, outputs);
          return mapTree(traced.outputs, isTracedOutput, (output) =>
            toArray(results[output.name] as RuntimeTensor, output.dtype),
          ) as ArraysOf<O>;
        },
        release: () => session.release(),
      };
    },
  };
}
