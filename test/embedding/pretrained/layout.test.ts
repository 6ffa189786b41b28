import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { fromTorch, torchShape, toTorch } from '../../../embedding/pretrained/layout.ts';
import { ndarray, sizeOf } from '../../../engine/arrays.ts';

const random = createRandom('layout');
const drawn = (shape: number[]) =>
  ndarray(
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
    shape,
  );

describe('the layout of PyTorch', () => {
  it('kernels are (out, in, height, width)', () => {
    const [o, i, h, w] = [3, 4, 2, 5];
    const torch = drawn([o, i, h, w]);
    const { data } = fromTorch(torch.data, [h, w, i, o]);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let from = 0; from < i; from++)
          for (let to = 0; to < o; to++) {
            expect(data[((y * w + x) * i + from) * o + to]).toBe(torch.data[((to * i + from) * h + y) * w + x]);
          }
  });

  it('depthwise kernels are (channels, 1, height, width)', () => {
    const [c, h, w] = [4, 2, 3];
    const torch = drawn([c, 1, h, w]);
    const { data } = fromTorch(torch.data, [h, w, c, 1]);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let channel = 0; channel < c; channel++) {
          expect(data[(y * w + x) * c + channel]).toBe(torch.data[(channel * h + y) * w + x]);
        }
  });

  it('matrices are (out, in), and maps are flattened with their channels slowest', () => {
    const [o, h, w, c] = [3, 2, 4, 5];
    const torch = drawn([o, h * w * c]);
    const { data } = fromTorch(torch.data, [h * w * c, o], [h, w, c]);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let channel = 0; channel < c; channel++)
          for (let to = 0; to < o; to++) {
            const row = (y * w + x) * c + channel;
            expect(data[row * o + to]).toBe(torch.data[to * h * w * c + (channel * h + y) * w + x]);
          }
    expect(Array.from(fromTorch([1, 2, 3, 4, 5, 6], [3, 2]).data)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it.each([
    [[5, 3, 4, 2], undefined, [2, 4, 5, 3]],
    [[3, 3, 8, 1], undefined, [8, 1, 3, 3]],
    [[24, 5], [2, 3, 4] as const, [5, 24]],
    [[7], undefined, [7]],
  ] as const)('of shape [%s] there and back', (shape, maps, expected) => {
    const array = drawn([...shape]);
    const torch = toTorch(array, maps);
    expect(torch.shape).toEqual(expected);
    expect(torchShape(shape)).toEqual(expected);
    expect(fromTorch(torch.data, shape, maps)).toEqual(array);
  });
});
