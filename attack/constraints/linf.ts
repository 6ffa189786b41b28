import type { NdArray } from '../../engine/types.ts';
import type { Constraint } from './types.ts';

/** No pixel value changes by more than epsilon. */
export const linf: Constraint = {
  name: 'linf',
  direction: (gradient) => gradient.sign(),
  project: (images, clean, epsilon) => images.minimum(clean.add(epsilon)).maximum(clean.sub(epsilon)).clipByValue(0, 1),
  start: (clean, epsilon, random) => ({
    shape: clean.shape,
    data: Float32Array.from(clean.data, (value) =>
      Math.min(1, Math.max(0, value + (2 * random.uniform() - 1) * epsilon)),
    ),
  }),
  distances(images: NdArray, clean: NdArray) {
    const [count = 0] = clean.shape;
    const size = clean.data.length / count;
    const result = new Float32Array(count);
    clean.data.forEach((value, at) => {
      const row = Math.floor(at / size);
      result[row] = Math.max(result[row] as number, Math.abs((images.data[at] as number) - value));
    });
    return result;
  },
};
