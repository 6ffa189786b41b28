import { createRequire } from 'node:module';
import { HoldfastError } from '../base/errors.ts';
import { dtypeOf } from './arrays.ts';
import type { NdArray } from './types.ts';

// ONNX Runtime's published libraries report to their maker unless this is set before they are loaded. A search server
// has no business with that. (onnxruntime, pull request 27379: "full non-Windows opt-out when set before initialization".)
process.env.ORT_DISABLE_TELEMETRY ??= '1';

const ort = load();

/** @throws HoldfastError DEVICE_UNAVAILABLE where the package has no library for this platform. */
function load(): typeof import('onnxruntime-node') {
  try {
    return createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
  } catch (cause) {
    const platform = `${process.platform}/${process.arch}`;
    throw new HoldfastError(
      'DEVICE_UNAVAILABLE',
      `ONNX Runtime cannot be loaded on ${platform}: ${String(cause)}; --device tfjs runs without it`,
      { cause },
    );
  }
}

export type Session = import('onnxruntime-node').InferenceSession;
export type RuntimeTensor = import('onnxruntime-node').Tensor;
export const RuntimeTensor = ort.Tensor;

/** An array as ONNX Runtime takes it; the data are not copied. */
export const tensorOf = (array: NdArray): RuntimeTensor =>
  new RuntimeTensor(dtypeOf(array), array.data, [...array.shape]);

type SessionOptions = NonNullable<Parameters<typeof ort.InferenceSession.create>[1]>;

/** ONNX Runtime's libraries for a kind of processor. What `webgpu` and `cuda` lack is left to `cpu`. */
export type Provider = 'cpu' | 'webgpu' | 'cuda';

/** Beyond the settings that all sessions share. */
export interface SessionSettings {
  /** Refuses, instead of leaving it to the CPU, what the provider cannot run. */
  readonly strict?: boolean;
  /** Writes down where each node of a run was computed: the beginning of the name of a file. See `endProfiling`. */
  readonly profile?: string;
}

/**
 * An ONNX Runtime session with the settings that all programs share. Every session of the project is made here.
 * @param model an ONNX file, as bytes or by its path. @param threads of one operation.
 */
export function createSession(
  model: Uint8Array | string,
  threads: number,
  provider: Provider = 'cpu',
  { strict = false, profile }: SessionSettings = {},
): Promise<Session> {
  const options: SessionOptions = {
    executionProviders: provider === 'cpu' || strict ? [provider] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: strict ? 4 : 3,
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    extra: {
      session: {
        // Threads that wait sleep instead of turning in circles: beside other work on few cores, that is faster for all.
        intra_op: { allow_spinning: '0' },
        ...(strict ? { disable_cpu_ep_fallback: '1' } : {}),
      },
    },
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}
