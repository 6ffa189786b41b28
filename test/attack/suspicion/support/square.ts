import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../../../base/random.ts';

export const SIZE = 16;

/** Rectangles of plain colours with a little noise. */
export function square(seed: string, channels: 1 | 3 = 3): Uint8Array {
  const random = createRandom(`square/${seed}`);
  const pixels = new Uint8Array(SIZE * SIZE * channels).fill(255);
  for (let shape = 0; shape < 3; shape++) {
    const [top, left] = [random.integer(SIZE / 2), random.integer(SIZE / 2)];
    const colour = Array.from({ length: channels }, () => random.integer(256));
    for (let y = top; y < top + SIZE / 2; y++) {
      for (let x = left; x < left + SIZE / 2; x++) pixels.set(colour, (y * SIZE + x) * channels);
    }
  }
  return pixels.map((value) => Math.min(255, Math.max(0, value + random.integer(9) - 4)));
}

/** A differentiable twin on bytes, in levels of 1/255. */
export async function levelsOf(
  twin: (images: tf.Tensor4D) => tf.Tensor4D,
  pixels: Uint8Array,
  channels: 1 | 3 = 3,
): Promise<number[]> {
  const images = tf.tensor4d(
    Float32Array.from(pixels, (value) => value / 255),
    [1, SIZE, SIZE, channels],
  );
  const levels = twin(images).mul(255);
  expectShape(levels.shape, images.shape);
  return [...(await levels.data())];
}

function expectShape(found: readonly number[], wanted: readonly number[]): void {
  if (found.join() !== wanted.join()) throw new RangeError(`shape ${found.join()} and not ${wanted.join()}`);
}

/** The absolute differences of two pictures. */
export function differences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from(a, (value, i) => Math.abs(value - (b[i] as number)));
}

/** The gradient of the sum of a twin's values. */
export async function gradientOf(twin: (images: tf.Tensor4D) => tf.Tensor4D, pixels: Uint8Array): Promise<number[]> {
  const images = tf.tensor4d(
    Float32Array.from(pixels, (value) => value / 255),
    [1, SIZE, SIZE, 3],
  );
  return [
    ...(await tf
      .grad((x: tf.Tensor) => twin(x as tf.Tensor4D).sum())(images)
      .data()),
  ];
}
