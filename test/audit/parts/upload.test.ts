import { describe, expect, it } from 'vitest';
import { asUploads, inEightBits, toBytes } from '../../../audit/parts/upload.ts';
import { createRandom } from '../../../base/random.ts';
import type { Preprocessing } from '../../../embedding/types.ts';
import { ndarray } from '../../../engine/arrays.ts';

const COUNT = 3;

describe('an image as an upload', () => {
  it.each<[string, Preprocessing]>([
    ['whole', { size: 16, fit: 'contain', kernel: 'linear' }],
    ['whole and stretched', { size: 16, fit: 'fill', kernel: 'linear' }],
    ['grey', { size: 16, fit: 'contain', kernel: 'linear', channels: 1 }],
    ['the middle of a larger square', { size: 16, fit: 'fill', kernel: 'linear', resize: 21 }],
    ['the grey middle', { size: 14, fit: 'fill', kernel: 'linear', resize: 18, channels: 1 }],
  ])('that is taken %s is read to the bit', async (_, preprocessing) => {
    const { size, channels = 3 } = preprocessing;
    const random = createRandom('upload');
    const data = Float32Array.from({ length: COUNT * size * size * channels }, () => random.uniform());
    const images = ndarray(data, [COUNT, size, size, channels]);
    const read = await asUploads(images, preprocessing);
    expect(read).toEqual(inEightBits(images));
    expect(read.shape).toEqual(images.shape);
    read.data.forEach((value, i) => {
      expect(Math.abs(value - (data[i] as number))).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
    });
  });

  it('has 8 bits, of which it takes the nearest and none beyond', () => {
    expect([...toBytes([-0.1, 0, 0.4 / 255, 0.6 / 255, 1, 1.2])]).toEqual([0, 0, 0, 1, 255, 255]);
  });
});
