import type { Augmentation } from './types.ts';
import { writeWindow } from './window.ts';

/** A random window of the stored picture, flipped left to right half of the time (specification of the method, section 1.3). */
export const crop: Augmentation = {
  name: 'crop',
  write(target, source, size, random) {
    const places = source.side - size + 1;
    const [left, top] = [random.integer(places), random.integer(places)];
    writeWindow(target, source, size, { left, top, flip: random.uniform() < 0.5 });
  },
};
