import type { Tensor } from '@tensorflow/tfjs';
import { HoldfastError } from '../base/errors.ts';
import { isInputSpec, readSpec } from './arrays.ts';
import { channelsPerBlock } from './block.ts';
import { createDeviceSession } from './device-session.ts';
import { bindInputs } from './eager.ts';
import { inputName } from './input-name.ts';
import { createSession, type Provider, type RuntimeTensor, type Session, tensorOf } from './onnxruntime.ts';
import { isTracedOutput, trace } from './tracing/trace.ts';
import { flatten, mapTree } from './tree.ts';
import { trialInputs } from './trial.ts';
import type {
  ArraysOf,
  CompileOptions,
  Engine,
  InputSpec,
  NdArray,
  Program,
  Report,
  RunInputs,
  SpecsOf,
  TensorFunction,
  Tree,
} from './types.ts';

/** What a compiled program must know of the device that it is made for. */
export interface Target {
  readonly provider: Provider;
  /** How images lie between operators: `blocked`, the fastest on a CPU that has it, or `channelsFirst`, standard ONNX. */
  readonly images: 'blocked' | 'channelsFirst';
}

export const CPU: Target = { provider: 'cpu', images: 'blocked' };

function toArray(tensor: RuntimeTensor, dtype: 'float32' | 'int32'): NdArray {
  const { data, dims } = tensor;
  if (data instanceof Float32Array || data instanceof Int32Array) return { shape: dims, data };
  if (data instanceof Uint8Array && dtype === 'int32') return { shape: dims, data: Int32Array.from(data) };
  throw new HoldfastError('TRACE_INVALID', `a result of type ${tensor.type} is not supported`);
}

/** The session of a traced program. What a GPU does not compute of it, or not right, is reported. */
async function openSession(
  model: Uint8Array,
  threads: number,
  { provider }: Target,
  { name, specs, report }: { name: string; specs: Tree<InputSpec>; report: Report },
): Promise<Session> {
  if (provider === 'cpu') return createSession(model, threads);
  const { session, leftToCpu, refused } = await createDeviceSession(model, threads, provider, trialInputs(specs));
  if (refused !== undefined) report(`${name} is computed on the CPU, for ${provider} does not: ${refused}`);
  if (leftToCpu.length > 0) report(`${provider} leaves of ${name} to the CPU: ${leftToCpu.join(', ')}`);
  return session;
}

/**
 * Compiles functions to ONNX and runs them in ONNX Runtime, on the CPU unless told otherwise.
 * @param threads of one operation on the CPU. @param report takes what a GPU leaves to the CPU, a line or two per program.
 */
export function createCompiledEngine(threads: number, target: Target = CPU, report: Report = () => undefined): Engine {
  const reported = new Set<string>();
  const reportOnce: Report = (line) => {
    if (!reported.has(line)) report(line);
    reported.add(line);
  };
  return {
    device: target.provider,
    threads,
    async compile<I extends Tree<Tensor>, O extends Tree<Tensor>>(
      fn: TensorFunction<I, O>,
      specs: SpecsOf<I>,
      options: CompileOptions = {},
    ): Promise<Program<I, O>> {
      const name = options.name ?? (fn.name === '' ? 'function' : fn.name);
      const specTree = specs as Tree<InputSpec>;
      const block = target.images === 'blocked' ? await channelsPerBlock() : 1;
      const traced = trace((inputs) => fn(inputs as I), specTree, name, { block });
      const session = await openSession(traced.model, threads, target, { name, specs: specTree, report: reportOnce });
      const constants = new Set(
        flatten(specTree, isInputSpec).flatMap(([path, spec]) => (readSpec(spec).constant === undefined ? [] : [path])),
      );
      const outputs = flatten(traced.outputs, isTracedOutput).map(([, output]) => output.name);
      return {
        multiplyAdds: traced.multiplyAdds,
        async run(inputs: RunInputs<I>): Promise<ArraysOf<O>> {
          const feeds: Record<string, RuntimeTensor> = {};
          for (const [path, array] of bindInputs(specTree, inputs as Tree<NdArray>)) {
            if (!constants.has(path)) feeds[inputName(path)] = tensorOf(array);
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
