import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { median } from '../base/statistics.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import { exportOnnx } from '../engine/index.ts';
import { createSession, RuntimeTensor } from '../engine/onnxruntime.ts';
import type { NdArray } from '../engine/types.ts';

/** ONNX Runtime by itself on a network: its own graph optimiser, standard operators, weights built in. */
export interface OwnKernels {
  run(): Promise<unknown>;
  /** Milliseconds that one run spent inside convolutions and matrix products alone: the median over the runs, after `skip`. */
  finish(skip: number): Promise<number>;
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

const KERNELS = /^(Fused)?(Conv|Gemm|MatMul)$/;

/** The forward pass of a network in a session whose kernels are timed by ONNX Runtime itself. */
export async function ownKernels(
  backbone: Backbone,
  weights: Weights,
  images: NdArray,
  threads: number,
): Promise<OwnKernels> {
  const embed = ({ x, w }: { x: tf.Tensor4D; w: Record<string, tf.Tensor> }) => ({
    embeddings: backbone.forward(w, x),
  });
  const model = exportOnnx(embed, { x: images.shape, w: { ...weights } }, 'forward');
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const session = await createSession(model, threads, 'cpu', { profile: join(folder, 'run') });
  const feeds = { x: new RuntimeTensor('float32', images.data, [...images.shape]) };
  let runs = 0;
  return {
    run() {
      runs += 1;
      return session.run(feeds);
    },
    async finish(skip) {
      session.endProfiling();
      const [file = ''] = readdirSync(folder);
      const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[];
      await session.release();
      rmSync(folder, { recursive: true });
      const times = events.filter(
        ({ cat, name, args }) => cat === 'Node' && name.endsWith('_kernel_time') && KERNELS.test(args?.op_name ?? ''),
      );
      const perRun = times.length / runs;
      const sums = Array.from({ length: runs - skip }, (_, run) =>
        times.slice((run + skip) * perRun, (run + skip + 1) * perRun).reduce((sum, { dur }) => sum + dur / 1000, 0),
      );
      return median(sums);
    },
  };
}
