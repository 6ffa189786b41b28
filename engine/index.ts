import { availableParallelism } from 'node:os';
import type { Tensor } from '@tensorflow/tfjs';
import { HoldfastError } from '../base/errors.ts';
import { createCompiledEngine } from './compiled.ts';
import { createEagerEngine } from './eager.ts';
import type { ExternalData } from './onnx/model.ts';
import { trace } from './tracing/trace.ts';
import type { Engine, InputSpec, TensorFunction, Tree } from './types.ts';

export interface EngineOptions {
  /** `cpu` (default): compiled, on ONNX Runtime. `tfjs`: op by op on TF.js. */
  readonly device?: string;
  /** Threads of one operation; all cores by default. */
  readonly threads?: number;
}

/** The engine for a device. @throws HoldfastError DEVICE_UNAVAILABLE */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { device = 'cpu', threads = availableParallelism() } = options;
  if (device === 'cpu') return createCompiledEngine(threads);
  if (device === 'tfjs') return createEagerEngine(await nativeBackend());
  throw new HoldfastError('DEVICE_UNAVAILABLE', `no device "${device}"; there are: cpu, tfjs`);
}

/** The native backend of TF.js where its package is installed, else the plain one. Untested on a GPU. */
async function nativeBackend(): Promise<string> {
  const peer = '@tensorflow/tfjs-node-gpu';
  try {
    await import(peer);
    return 'tensorflow';
  } catch {
    return 'cpu';
  }
}

export { ANY_BATCH } from './tracing/graph.ts';

/**
 * A function as an ONNX file whose inputs and outputs carry the names of its argument's and result's leaves.
 * `external` says of a constant by its path that its data lie in another file beside the ONNX file.
 * A leading size of `ANY_BATCH` in a spec leaves the number of images open.
 */
export function exportOnnx<I extends Tree<Tensor>, O extends Tree<Tensor>>(
  fn: TensorFunction<I, O>,
  specs: Tree<InputSpec>,
  name: string,
  external: (path: string) => ExternalData | undefined = () => undefined,
): Uint8Array {
  return trace((inputs) => fn(inputs as I), specs, name, { outputName: (path) => path, external }).model;
}
