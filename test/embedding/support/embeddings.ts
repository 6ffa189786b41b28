import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { sha256 } from '../../../embedding/manifest.ts';
import type { Backbone, Weights } from '../../../embedding/types.ts';
import type { Engine } from '../../../engine/types.ts';
import { imagesOf, type TorchReference } from './torch-state.ts';

/** Weights of equal names, shapes and bits; quicker to compare than number by number. */
export function expectSameBytes(actual: Weights, expected: Weights): void {
  const digests = (weights: Weights) =>
    Object.entries(weights).map(([name, { shape, data }]) => [name, shape, sha256(new Uint8Array(data.buffer))]);
  expect(digests(actual)).toEqual(digests(expected));
}

/** Compares the embeddings of two images, compiled, with PyTorch's: 1e-4 for each number, and relative for the lengths. */
export async function expectEmbeddings(
  engine: Engine,
  backbone: Backbone,
  weights: Weights,
  reference: TorchReference,
): Promise<void> {
  const images = imagesOf(reference, backbone.channels);
  const program = await engine.compile(
    (inputs: { weights: Record<string, Tensor>; images: Tensor4D }) => backbone.forward(inputs.weights, inputs.images),
    { weights: backbone.parameters, images: images.shape },
    { name: backbone.name },
  );
  const { data } = await program.run({ weights, images });
  await program.release();
  expectRows(data, reference);
}

/** Rows of embeddings and PyTorch's. */
export function expectRows(data: ArrayLike<number>, { embeddings, norms }: TorchReference): void {
  const dimension = data.length / embeddings.length;
  embeddings.forEach((expected, row) => {
    const actual = Array.from({ length: dimension }, (_, i) => data[row * dimension + i] as number);
    expected.forEach((value, i) => {
      expect(Math.abs((actual[i] as number) - value), `embedding ${row}, ${i}`).toBeLessThan(1e-4);
    });
    const norm = norms[row] as number;
    expect(Math.abs(Math.hypot(...actual) / norm - 1), `length of embedding ${row}`).toBeLessThan(1e-5);
  });
}
