import type { Tensor } from '@tensorflow/tfjs';
import { openDevice } from './devices/index.ts';
import { checkThreads, defaultThreads } from './devices/threads.ts';
import type { ExternalData } from './onnx/model.ts';
import { trace } from './tracing/trace.ts';
import type { Engine, InputSpec, Report, TensorFunction, Tree } from './types.ts';

export interface EngineOptions {
  /** `cpu` (default), `webgpu`, `cuda`, `tfjs`, or `auto` for the fastest that works; see docs/devices.md. */
  readonly device?: string;
  /** Threads of one operation on the CPU; one per core by default. */
  readonly threads?: number;
  /** Takes what an operator should know of the device, a line each. */
  readonly report?: Report;
}

/** The engine for a device. @throws HoldfastError DEVICE_UNAVAILABLE, OPTION_INVALID for threads that there are not */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { device = 'cpu', threads = defaultThreads(), report = () => undefined } = options;
  return openDevice(device, checkThreads(threads, `${threads} threads`), report);
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
