import { availableParallelism } from 'node:os';
import { HoldfastError } from '../base/errors.ts';
import { createCompiledEngine } from './compiled.ts';
import { createEagerEngine } from './eager.ts';
import type { Engine } from './types.ts';

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
  if (device === 'tfjs') return createEagerEngine();
  throw new HoldfastError('DEVICE_UNAVAILABLE', `no device "${device}"; there are: cpu, tfjs`);
}
