import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { constraints } from '../../../attack/constraints/index.ts';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';

const SHAPE = [3, 4, 4, 2];
const SIZE = 32;
const random = createRandom('constraints');
const draw = (count: number, make: () => number) => ndarray(Float32Array.from({ length: count * SIZE }, make), SHAPE);
const clean = draw(3, () => random.uniform());
const tensor = (array: { readonly data: Float32Array | Int32Array }) => tf.tensor4d(array.data, [3, 4, 4, 2]);

describe.each([
  ['linf', 0.1],
  ['l2', 0.6],
] as const)('%s', (name, epsilon) => {
  const constraint = constraints[name];

  it('brings images back into the ball and the range of pixels, and leaves those inside', () => {
    const far = tensor(draw(3, () => 3 * random.uniform() - 1));
    const back = constraint.project(far, tensor(clean), tf.scalar(epsilon));
    const found = ndarray(back.dataSync<'float32'>(), SHAPE);
    constraint.distances(found, clean).forEach((distance) => {
      expect(distance).toBeLessThanOrEqual(epsilon + 1e-6);
      expect(distance).toBeGreaterThan(epsilon / 2);
    });
    expect(Math.min(...found.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...found.data)).toBeLessThanOrEqual(1);
    const again = constraint.project(back, tensor(clean), tf.scalar(epsilon)).dataSync();
    again.forEach((value, i) => {
      expect(value).toBeCloseTo(found.data[i] as number, 6);
    });
  });

  it('draws starts inside the ball, other ones each time', () => {
    const [a, b] = [constraint.start(clean, epsilon, random), constraint.start(clean, epsilon, random)];
    expect(a.data).not.toEqual(b.data);
    for (const start of [a, b]) {
      constraint.distances(start, clean).forEach((distance) => {
        expect(distance).toBeLessThanOrEqual(epsilon + 1e-6);
        expect(distance).toBeGreaterThan(0);
      });
    }
  });

  it('steps by one in its own norm along the gradient, and not at all without one', () => {
    const gradient = draw(3, () => random.normal());
    gradient.data.fill(0, SIZE, 2 * SIZE);
    const direction = ndarray(constraint.direction(tensor(gradient)).dataSync<'float32'>(), SHAPE);
    const lengths = constraint.distances(direction, ndarray(new Float32Array(3 * SIZE), SHAPE));
    expect(lengths[0]).toBeCloseTo(1, 5);
    expect(lengths[1]).toBe(0);
    const along = Array.from(direction.data).reduce((sum, value, i) => sum + value * (gradient.data[i] as number), 0);
    expect(along).toBeGreaterThan(0);
  });
});
