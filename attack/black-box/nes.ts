import { bestKnown, within } from './best-known.ts';
import type { BlackBoxAttack } from './types.ts';

/** Queries for one estimate of the gradient, half of them opposite to the other half, as RobRank takes. */
const POPULATION = 100;
/** Length of a step. */
const RATE = 3 / 255;
/** How far the samples are from the image, as a share of epsilon. */
const SPREAD = 0.5;

/**
 * Natural evolution strategies (Ilyas et al., 2018): steps along the sign of a gradient that is estimated from the scores of
 * pairs of opposite normal samples around the image.
 */
export const nes: BlackBoxAttack = {
  id: 'nes',
  async run(score, clean, { epsilon, queries }, random, signal) {
    const [count = 0] = clean.shape;
    const size = clean.data.length / count;
    const best = await bestKnown(score, clean);
    const now = Float32Array.from(clean.data);
    const at = (i: number, value: number): number => within(value, clean.data[i] as number, epsilon);
    while (best.queries + 3 <= queries) {
      const pairs = Math.min(POPULATION / 2, Math.floor((queries - best.queries - 1) / 2));
      const slope = new Float64Array(now.length);
      for (let pair = 0; pair < pairs; pair++) {
        signal?.throwIfAborted();
        const sample = Float32Array.from(now, () => random.normal());
        const moved = (sign: number): Float32Array =>
          now.map((value, i) => at(i, value + sign * SPREAD * epsilon * (sample[i] as number)));
        const [up, down] = [await best.try(moved(1)), await best.try(moved(-1))];
        sample.forEach((value, i) => {
          const row = Math.floor(i / size);
          slope[i] = (slope[i] as number) + value * ((up[row] as number) - (down[row] as number));
        });
      }
      now.forEach((value, i) => {
        now[i] = at(i, value - RATE * Math.sign(slope[i] as number));
      });
      await best.try(now.slice());
    }
    return best.result();
  },
};
