import type { Random } from '../../base/random.ts';
import { bestKnown, within } from './best-known.ts';
import type { BlackBoxAttack } from './types.ts';

/** Share of the image that the first squares cover, and after which ten-thousandths of the queries it halves. */
const FIRST_SHARE = 0.8;
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/**
 * Square attack for L-infinity (Andriushchenko et al., 2020): vertical stripes of plus or minus epsilon, then squares of one sign per
 * channel at random places, smaller and smaller, each kept where it lowers the score.
 */
export const square: BlackBoxAttack = {
  id: 'square',
  async run(score, clean, { epsilon, queries }, random, signal) {
    const [count = 0, height = 0, width = 0, channels = 0] = clean.shape;
    const best = await bestKnown(score, clean);
    const sign = (): number => (random.uniform() < 0.5 ? -epsilon : epsilon);
    const change = (images: Float32Array, at: number, by: number): void => {
      const origin = clean.data[at] as number;
      images[at] = within(origin + by, origin, epsilon);
    };

    if (queries > 1) {
      const stripes = Float32Array.from({ length: count * width * channels }, sign);
      const trial = Float32Array.from(clean.data);
      for (let at = 0; at < trial.length; at++) {
        const row = Math.floor(at / (height * width * channels));
        change(trial, at, stripes[row * width * channels + (at % (width * channels))] as number);
      }
      await best.try(trial);
    }
    while (best.queries < queries) {
      signal?.throwIfAborted();
      const side = sideOf(best.queries / queries, height, width);
      const trial = Float32Array.from(best.images);
      for (let image = 0; image < count; image++) {
        const { top, left } = place(random, height - side, width - side);
        for (let channel = 0; channel < channels; channel++) {
          const by = sign();
          for (let y = top; y < top + side; y++)
            for (let x = left; x < left + side; x++)
              change(trial, ((image * height + y) * width + x) * channels + channel, by);
        }
      }
      await best.try(trial);
    }
    return best.result();
  },
};

/** The side of a square after a share of the queries, in pixels. */
export function sideOf(done: number, height: number, width: number): number {
  const halvings = HALVINGS.filter((at) => 10_000 * done > at).length;
  const side = Math.round(Math.sqrt((FIRST_SHARE / 2 ** halvings) * height * width));
  return Math.max(1, Math.min(side, height, width));
}

function place(random: Random, highest: number, widest: number): { top: number; left: number } {
  return { top: random.integer(highest + 1), left: random.integer(widest + 1) };
}
