import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { exportServingModel } from '../../embedding/serving.ts';
import { createEngine } from '../../engine/index.ts';
import { createSession, type Provider, RuntimeTensor } from '../../engine/onnxruntime.ts';
import type { NdArray } from '../../engine/types.ts';
import { expectClose, randomArray } from './agreement.ts';

// With HOLDFAST_TEST_DEVICE=webgpu only: most machines have no driver for it.
describe.runIf(process.env.HOLDFAST_TEST_DEVICE === 'webgpu')('the webgpu device', () => {
  it('reports once what it leaves to the CPU, and computes it', async () => {
    const said: string[] = [];
    const engine = await createEngine({ device: 'webgpu', threads: 1, report: (line) => said.push(line) });
    expect(engine.device).toBe('webgpu');
    const fn = ({ x }: { x: tf.Tensor }) => ({ y: x.add(1).round().mul(x) });
    const x = randomArray([3, 5], 'x', [-2, 2]);
    for (let i = 0; i < 2; i++) {
      const program = await engine.compile(fn, { x: x.shape }, { name: 'rounding' });
      const { y } = await program.run({ x });
      const expected = x.data.map((value) => Math.round((value as number) + 1) * (value as number)) as Float32Array;
      expectClose(y, { shape: x.shape, data: expected }, 1e-6, 'rounding');
      await program.release();
    }
    expect(said).toEqual(['webgpu leaves of rounding to the CPU: Round']);
  });

  it('leaves to the CPU a program of which it gives other numbers, and reports that', async () => {
    const said: string[] = [];
    const engine = await createEngine({ device: 'webgpu', threads: 1, report: (line) => said.push(line) });
    // ONNX Runtime 1.30 begins at the end.
    const fn = ({ x }: { x: tf.Tensor }) => ({ y: x.stridedSlice([4], [0], [-2]) });
    const program = await engine.compile(fn, { x: [6] }, { name: 'backwards' });
    const { y } = await program.run({ x: { shape: [6], data: Float32Array.of(0, 1, 2, 3, 4, 5) } });
    expect([...y.data]).toEqual([4, 2]);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^backwards is computed on the CPU, for webgpu does not: result\/y is off by/);
  });

  it('gives the same bits in every engine and run', async () => {
    const fn = ({ x, w }: { x: tf.Tensor; w: tf.Tensor }) => {
      const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
        tf
          .conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same')
          .square()
          .sum(),
      )([x, w]);
      return { dx: dx as tf.Tensor, dw: dw as tf.Tensor };
    };
    const inputs = { x: randomArray([4, 9, 9, 3], 'x'), w: randomArray([3, 3, 3, 8], 'w') };
    const results: NdArray[] = [];
    for (let i = 0; i < 2; i++) {
      const engine = await createEngine({ device: 'webgpu', threads: 1 });
      const program = await engine.compile(fn, { x: inputs.x.shape, w: inputs.w.shape });
      for (let round = 0; round < 2; round++) results.push((await program.run(inputs)).dw);
      await program.release();
    }
    for (const { data } of results) expect(data).toEqual(results[0]?.data);
  });

  it('runs the serving model for any number of pictures, as the CPU does', async () => {
    const model = exportServingModel(compact, compact.init(createRandom('weights')));
    const embed = async (provider: Provider, count: number): Promise<NdArray> => {
      const session = await createSession(model, 1, provider);
      const { shape, data } = randomArray([count, compact.size, compact.size, 3], `${count}`, [0, 1]);
      const { embeddings } = await session.run({ images: new RuntimeTensor('float32', data, [...shape]) });
      await session.release();
      if (!(embeddings?.data instanceof Float32Array)) throw new Error('no embeddings');
      return { shape: embeddings.dims, data: embeddings.data };
    };
    for (const count of [1, 3]) expectClose(await embed('webgpu', count), await embed('cpu', count), 1e-3, `${count}`);
  });
});
