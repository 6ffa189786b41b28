import { createRequire } from 'node:module';

// ONNX Runtime's published libraries report to their maker unless this is set before they are loaded. A search server
// has no business with that. (onnxruntime, pull request 27379: "full non-Windows opt-out when set before initialization".)
process.env.ORT_DISABLE_TELEMETRY ??= '1';

const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');

export type Session = import('onnxruntime-node').InferenceSession;
export type RuntimeTensor = import('onnxruntime-node').Tensor;
export const RuntimeTensor = ort.Tensor;

/**
 * An ONNX Runtime session on the CPU with the settings that all programs share. Every session of the project is made here.
 * @param model an ONNX file, as bytes or by its path. @param threads of one operation.
 */
export function createSession(model: Uint8Array | string, threads: number): Promise<Session> {
  const options = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // Threads that wait sleep instead of turning in circles: beside other work on few cores, that is faster for all.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  } as const;
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options);
}
