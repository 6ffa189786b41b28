import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { lenet } from '../../embedding/backbones/lenet.ts';
import { mnasnet } from '../../embedding/backbones/mnasnet.ts';
import { normalise } from '../../embedding/normalise.ts';
import { encodeSafetensors, tensorOffsets } from '../../embedding/safetensors.ts';
import { exportServingModel } from '../../embedding/serving.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import { createSession, RuntimeTensor } from '../../engine/onnxruntime.ts';

const random = createRandom('serving');
const weights = compact.init(random);
const pixels = (count: number): Float32Array => Float32Array.from({ length: count * 3072 }, () => random.uniform());

describe('the serving model', () => {
  it('embeds any number of images, each as if it were alone', async () => {
    const session = await createSession(exportServingModel(compact, weights), 1);
    const data = pixels(5);
    const embed = async (count: number, from: Float32Array): Promise<Float32Array> => {
      const { embeddings } = await session.run({ images: new RuntimeTensor('float32', from, [count, 32, 32, 3]) });
      expect(embeddings?.dims).toEqual([count, 128]);
      return embeddings?.data as Float32Array;
    };
    const all = await embed(5, data);
    for (let i = 0; i < 5; i++) {
      const one = await embed(1, data.slice(i * 3072, (i + 1) * 3072));
      expect(Math.hypot(...one)).toBeCloseTo(1, 5);
      one.forEach((value, j) => {
        expect(value).toBeCloseTo(all[i * 128 + j] as number, 5);
      });
    }
    await session.release();
  });

  it.each([lenet, mnasnet(32)])('of $name embeds any number of images too', async (backbone) => {
    const { size, channels, dimension } = backbone;
    const session = await createSession(exportServingModel(backbone, backbone.init(random)), 1);
    const one = size * size * channels;
    const data = Float32Array.from({ length: 3 * one }, () => random.uniform());
    const embed = async (count: number, from: Float32Array): Promise<Float32Array> => {
      const images = new RuntimeTensor('float32', from, [count, size, size, channels]);
      return (await session.run({ images })).embeddings?.data as Float32Array;
    };
    const all = await embed(3, data);
    const second = await embed(1, data.slice(one, 2 * one));
    expect(all.length).toBe(3 * dimension);
    second.forEach((value, i) => {
      expect(value).toBeCloseTo(all[dimension + i] as number, 5);
    });
    await session.release();
  });

  it('agrees with eager TF.js', async () => {
    const session = await createSession(exportServingModel(compact, weights), 1);
    const data = pixels(2);
    const { embeddings: actual } = await session.run({ images: new RuntimeTensor('float32', data, [2, 32, 32, 3]) });
    const forward = ({ x, w }: { x: tf.Tensor; w: Record<string, tf.Tensor> }): tf.Tensor =>
      normalise(compact.forward(w, x as tf.Tensor4D));
    const program = await createEagerEngine().compile(forward, { x: [2, 32, 32, 3], w: weights });
    const expected = await program.run({ x: { shape: [2, 32, 32, 3], data } });
    expect(actual?.size).toBe(expected.data.length);
    expected.data.forEach((value, i) => {
      expect(Number(actual?.data[i])).toBeCloseTo(value, 5);
    });
    await session.release();
  });

  it('reads its weights from the file beside it and gives the same embeddings', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-serving-'));
    const file = encodeSafetensors({ tensors: weights, metadata: {} });
    const shared = { file: 'weights.safetensors', offsets: tensorOffsets(file) };
    const model = exportServingModel(compact, weights, shared);
    expect(model.length).toBeLessThan(100_000);
    writeFileSync(join(folder, 'weights.safetensors'), file);
    writeFileSync(join(folder, 'model.onnx'), model);
    const images = new RuntimeTensor('float32', pixels(2), [2, 32, 32, 3]);
    const sessions = [
      await createSession(join(folder, 'model.onnx'), 1),
      await createSession(exportServingModel(compact, weights), 1),
    ];
    const [beside, inside] = await Promise.all(
      sessions.map(async (session) => (await session.run({ images })).embeddings),
    );
    expect(beside?.data).toEqual(inside?.data);
    for (const session of sessions) await session.release();
    rmSync(folder, { recursive: true });
  });
});
