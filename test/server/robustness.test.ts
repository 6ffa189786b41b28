import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { Hit } from '../../index/types.ts';
import type { Services } from '../../server/lifecycle.ts';
import { estimateRobustness, gradientEpsilon } from '../../server/robustness.ts';
import { memoryGallery } from './support/gallery.ts';
import { fakeModel, testManifest } from './support/model.ts';

const random = createRandom('robustness');
const unit = (): Float32Array => {
  const raw = Float32Array.from({ length: 8 }, () => random.normal());
  return raw.map((value) => value / Math.hypot(...raw));
};
const gap = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - (b[i] as number)));

const query = unit();
const ranked: Hit[] = Array.from({ length: 12 }, unit)
  .sort((a, b) => gap(query, a) - gap(query, b))
  .map((vector, i) => ({
    id: `${i}`,
    label: null,
    metadata: null,
    createdAt: '',
    distance: gap(query, vector),
    vector,
  }));
const pixels = new Uint8Array(32 * 32 * 3);
const services = (model = fakeModel()): Services => ({ model, gallery: memoryGallery(), manifest: testManifest() });
const ranking = (k: number) => ({ query, pixels, hits: ranked.slice(0, k), outsider: ranked[k] });

describe('the margin estimate', () => {
  it('is the shift to the plane between result and outsider, in levels of the calibration', async () => {
    const outsider = ranked[4] as Hit;
    const estimates = await estimateRobustness('margin', ranking(4), services(), {});
    estimates.forEach(({ epsilon, method }, i) => {
      const { vector } = ranked[i] as Hit;
      // Where the query is moved straight towards the outsider by that much, both are equally near.
      const direction = vector.map((value, j) => (outsider.vector[j] as number) - value);
      const shift = (epsilon ?? Number.NaN) * 0.02;
      const moved = query.map((value, j) => value + (shift * (direction[j] as number)) / Math.hypot(...direction));
      expect(gap(moved, vector)).toBeCloseTo(gap(moved, outsider.vector), 5);
      expect(method).toBe('margin');
    });
  });
});

describe('the gradient estimate', () => {
  it('is the margin over its slope, in levels', () => {
    expect(gradientEpsilon({ margin: 0.2, l1: 51 })).toBeCloseTo(1, 10);
    expect(gradientEpsilon({ margin: 0.4, l1: 51 })).toBeCloseTo(2, 10);
  });

  it('is zero where there is no margin, and no more than a pixel can move where there is no slope', () => {
    expect(gradientEpsilon({ margin: 0, l1: 0 })).toBe(0);
    expect(gradientEpsilon({ margin: -0.1, l1: 3 })).toBe(0);
    expect(gradientEpsilon({ margin: 0.1, l1: 0 })).toBe(255);
    expect(gradientEpsilon({ margin: 0.1, l1: 1e-9 })).toBe(255);
  });

  it('asks the model with the pixels of the query, its results and the outsider', async () => {
    const asked: unknown[] = [];
    const model = fakeModel({
      marginGradients: async (...call) => {
        asked.push(call);
        return call[1].map(() => ({ margin: 0.1, l1: 10 }));
      },
    });
    const options = { priority: 'search' } as const;
    const estimates = await estimateRobustness('gradient', ranking(3), services(model), options);
    const vectors = ranked.slice(0, 3).map(({ vector }) => vector);
    expect(asked).toEqual([[pixels, vectors, ranked[3]?.vector, options]]);
    expect(estimates).toEqual(Array(3).fill({ epsilon: 2.55, score: 2.55 / 8, method: 'gradient' }));
  });
});

describe('a list that holds the whole gallery', () => {
  it.each(['margin', 'gradient'] as const)(
    'cannot be changed, says the %s estimate, without asking the model',
    async (method) => {
      const model = fakeModel({ marginGradients: () => Promise.reject(new Error('not to be asked')) });
      const estimates = await estimateRobustness(method, ranking(12), services(model), {});
      expect(estimates).toEqual(Array(12).fill({ epsilon: null, score: 1, method }));
    },
  );
});
