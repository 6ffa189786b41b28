import { bestKnown, within } from './best-known.ts';
import type { BlackBoxAttack } from './types.ts';

/** Every pixel value goes up or down by epsilon, by the toss of a coin; the best of as many draws as there are queries. */
export const noise: BlackBoxAttack = {
  id: 'noise',
  async run(score, clean, { epsilon, queries }, random, signal) {
    const best = await bestKnown(score, clean);
    while (best.queries < queries) {
      signal?.throwIfAborted();
      await best.try(
        Float32Array.from(clean.data, (value) =>
          within(value + (random.uniform() < 0.5 ? -epsilon : epsilon), value, epsilon),
        ),
      );
    }
    return best.result();
  },
};
