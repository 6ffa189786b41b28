import { describe, expect, it } from 'vitest';
import { checkModel } from '../../server/model/check.ts';
import { fakeModel, testManifest } from './support/model.ts';

const embedding = (...numbers: number[]) => fakeModel({ embed: async () => [Float32Array.from(numbers)] });

describe('the check of a model at the start', () => {
  it('passes a model that fits its manifest', async () => {
    await expect(checkModel(fakeModel(), testManifest())).resolves.toBeUndefined();
  });

  it.each([
    ['of another dimension', embedding(1, 0, 0)],
    ['not of unit length', embedding(1, 1, 0, 0, 0, 0, 0, 0)],
    ['that are not finite', embedding(Number.NaN, 0, 0, 0, 0, 0, 0, 0)],
    ['that are missing', fakeModel({ embed: async () => [] })],
    ['that fail', fakeModel({ embed: () => Promise.reject(new Error('no such input')) })],
  ])('refuses a model with embeddings %s', async (_, model) => {
    await expect(checkModel(model, testManifest())).rejects.toMatchObject({
      code: 'MODEL_DAMAGED',
      message: expect.stringContaining('test-1'),
    });
  });
});
