import type { Tensor } from '@tensorflow/tfjs';
import type { Random } from '../../base/random.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Constraint } from './types.ts';

/** Less than any gradient that means something. */
const TINY = 1e-12;

/** N x 1 x 1 x 1: the Euclidean length of each image's values. */
const lengths = (images: Tensor): Tensor => images.square().sum([1, 2, 3], true).sqrt();

/** The values of an image change by at most epsilon in Euclidean length, all together. */
export const l2: Constraint = {
  name: 'l2',
  direction: (gradient) => gradient.div(lengths(gradient).maximum(TINY)),
  project(images, clean, epsilon) {
    const change = images.sub(clean);
    const factor = epsilon.div(lengths(change).maximum(TINY)).minimum(1);
    // What [0,1] cuts off brings an image nearer to the clean one, which is inside.
    return clean.add(change.mul(factor)).clipByValue(0, 1);
  },
  start(clean, epsilon, random) {
    const [count = 0] = clean.shape;
    const size = clean.data.length / count;
    const data = Float32Array.from(clean.data);
    for (let row = 0; row < count; row++) {
      const change = inBall(size, random);
      change.forEach((value, i) => {
        const at = row * size + i;
        data[at] = Math.min(1, Math.max(0, (data[at] as number) + epsilon * value));
      });
    }
    return { shape: clean.shape, data };
  },
  distances(images: NdArray, clean: NdArray) {
    const [count = 0] = clean.shape;
    const size = clean.data.length / count;
    const squares = new Float64Array(count);
    clean.data.forEach((value, at) => {
      const row = Math.floor(at / size);
      squares[row] = (squares[row] as number) + ((images.data[at] as number) - value) ** 2;
    });
    return Float32Array.from(squares, Math.sqrt);
  },
};

/** A point drawn in the unit ball: a direction of a normal distribution, at a radius that is uniform. */
function inBall(size: number, random: Random): Float64Array {
  const change = Float64Array.from({ length: size }, () => random.normal());
  const length = Math.sqrt(change.reduce((sum, value) => sum + value ** 2, 0));
  const radius = random.uniform();
  return change.map((value) => (radius * value) / length);
}
