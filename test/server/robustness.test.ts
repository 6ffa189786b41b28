import { describe, expect, it } from 'vitest';
import { challenges } from '../../attack/challengers.ts';
import { createRandom } from '../../base/random.ts';
import type { Services } from '../../server/lifecycle.ts';
import { estimateRobustness } from '../../server/robustness.ts';
import { memoryGallery } from './support/gallery.ts';
import { fakeModel, testManifest } from './support/model.ts';

const random = createRandom('robustness');
const unit = (): Float32Array => {
  const raw = Float32Array.from({ length: 8 }, () => random.normal());
  return raw.map((value) => value / Math.hypot(...raw));
};
const gap = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - (b[i] as number)));

const query = unit();
const ranked = Array.from({ length: 12 }, unit).sort((a, b) => gap(query, a) - gap(query, b));
const pixels = new Uint8Array(32 * 32 * 3);
const services = (model = fakeModel()): Services => ({ model, gallery: memoryGallery(), manifest: testManifest() });
const ranking = (places: number) => ({ query, pixels, neighbours: ranked, places });
const challengeAt = (places: number, index: number) => challenges({ query, neighbours: ranked, places })[index];

describe('the margin estimate', () => {
  it('is the shift after which enough others are nearer, in levels of the calibration', async () => {
    const estimates = await estimateRobustness('margin', ranking(4), services(), {});
    expect(estimates).toHaveLength(4);
    estimates.forEach(({ epsilon, method }, i) => {
      const found = challengeAt(4, i);
      const shift = (epsilon ?? Number.NaN) * 0.02;
      const nearerAt = (length: number): number => {
        const moved = query.map((value, j) => value - length * (found?.direction[j] ?? 0));
        return ranked.slice(i + 1).filter((other) => gap(moved, other) < gap(moved, ranked[i] as Float32Array)).length;
      };
      expect(nearerAt(shift * 1.001)).toBe(4 - i);
      expect(nearerAt(shift * 0.999)).toBe(3 - i);
      expect(method).toBe('margin');
    });
  });
});

describe('the gradient estimate', () => {
  it('asks the model with the pixels of the query and the direction of each result', async () => {
    const asked: unknown[] = [];
    const model = fakeModel({
      pushes: async (...call) => {
        asked.push(call);
        return call[1].map((direction) => ({ epsilon: 3, embedding: direction.map((value) => -value) }));
      },
    });
    const options = { priority: 'search' } as const;
    const estimates = await estimateRobustness('gradient', ranking(3), services(model), options);
    expect(asked).toEqual([[pixels, [0, 1, 2].map((i) => challengeAt(3, i)?.direction), options]]);
    expect(estimates).toHaveLength(3);
    for (const { epsilon, score, method } of estimates) {
      expect(epsilon).toBeGreaterThan(0);
      expect(epsilon).toBeLessThan(3);
      expect(score).toBe((epsilon ?? Number.NaN) / 8);
      expect(method).toBe('gradient');
    }
  });
});

describe.each(['margin', 'gradient'] as const)('the first results alone, by %s', (method) => {
  it('are estimated as they are among all of the list', async () => {
    const all = await estimateRobustness(method, ranking(4), services(), {});
    const two = await estimateRobustness(method, { ...ranking(4), results: 2 }, services(), {});
    expect(two).toEqual(all.slice(0, 2));
  });
});

describe('a list that holds the whole gallery', () => {
  it.each(['margin', 'gradient'] as const)(
    'cannot be changed, says the %s estimate, without asking the model',
    async (method) => {
      const model = fakeModel({ pushes: () => Promise.reject(new Error('not to be asked')) });
      const estimates = await estimateRobustness(method, ranking(12), services(model), {});
      expect(estimates).toEqual(Array(12).fill({ epsilon: null, score: 1, method }));
    },
  );
});
