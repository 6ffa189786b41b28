import { createRandom } from '../../base/random.ts';
import type { LabelledImages } from '../../trainer/types.ts';

/** Pictures of coloured patches: a class is a colour and a place, an image one of its noisy variants. */
export function patches(classes: number, perClass: number, size = 32): LabelledImages {
  const random = createRandom('patches');
  const length = size * size * 3;
  const pixels = new Uint8Array(classes * perClass * length).fill(255);
  const labels = new Int32Array(classes * perClass);
  for (let label = 0; label < classes; label++) {
    const colour = [random.integer(256), random.integer(256), random.integer(256)];
    const [left, top] = [random.integer(size / 2), random.integer(size / 2)];
    for (let i = 0; i < perClass; i++) {
      const image = label * perClass + i;
      labels[image] = label;
      for (let row = top; row < top + size / 2; row++) {
        for (let column = left; column < left + size / 2; column++) {
          for (let c = 0; c < 3; c++) {
            const value = (colour[c] as number) + 40 * random.normal();
            pixels[image * length + (row * size + column) * 3 + c] = Math.max(0, Math.min(255, value));
          }
        }
      }
    }
  }
  const names = Array.from({ length: classes }, (_, i) => `class ${i}`);
  return { name: 'patches', size, channels: 3, labels, classes: names, pictures: { kind: 'bytes', bytes: pixels } };
}
