import { beforeEach, describe, expect, it } from 'vitest';
import type { Gallery } from '../../../index/types.ts';
import { checkBySelfQueries } from '../../../server/models/canary.ts';
import { readPicture } from '../../../server/picture.ts';
import { memoryGallery } from '../support/gallery.ts';
import { fakeModel, testManifest } from '../support/model.ts';
import { png } from '../support/pictures.ts';

const manifest = testManifest();
const model = fakeModel();

describe('the self-queries', () => {
  let gallery: Gallery;
  beforeEach(async () => {
    gallery = memoryGallery();
    for (const id of ['a', 'b']) {
      const bytes = await png(id);
      const { pixels } = await readPicture(bytes, manifest.preprocessing);
      const [vector = new Float32Array()] = await model.embed([pixels]);
      await gallery.add([{ id, vector, image: { type: 'image/png', bytes } }]);
    }
  });

  it('pass a gallery of the model, and an empty one', async () => {
    await expect(checkBySelfQueries({ gallery, model, manifest })).resolves.toBeUndefined();
    await expect(checkBySelfQueries({ gallery: memoryGallery(), model, manifest })).resolves.toBeUndefined();
  });

  it('refuse two vectors that have changed places, though each picture finds one of them', async () => {
    const swapped: Gallery = { ...gallery, vector: (id) => gallery.vector(id === 'a' ? 'b' : 'a') };
    await expect(checkBySelfQueries({ gallery: swapped, model, manifest })).rejects.toMatchObject({
      code: 'CANARY_FAILED',
      message: expect.stringMatching(/record "a" .* gallery of test-1/),
    });
  });

  it('refuse an index that does not find what it holds, and allow for a walk that misses one in many', async () => {
    const blind: Gallery = { ...gallery, search: async () => [] };
    await expect(checkBySelfQueries({ gallery: blind, model, manifest })).rejects.toMatchObject({
      code: 'CANARY_FAILED',
      message: expect.stringContaining('2 of 2 searches'),
    });
    for (let i = 0; i < 20; i++) {
      const bytes = await png(`more ${i}`);
      const [vector = new Float32Array()] = await model.embed([
        (await readPicture(bytes, manifest.preprocessing)).pixels,
      ]);
      await gallery.add([{ id: String(i), vector, image: { type: 'image/png', bytes } }]);
    }
    let searches = 0;
    const search: Gallery['search'] = async (...call) => (searches++ === 0 ? [] : gallery.search(...call));
    await expect(checkBySelfQueries({ gallery: { ...gallery, search }, model, manifest })).resolves.toBeUndefined();
    expect(searches).toBe(22);
  });

  it('pass over a record that goes away meanwhile', async () => {
    const going: Gallery = { ...gallery, vector: async (id) => (id === 'a' ? undefined : gallery.vector(id)) };
    await expect(checkBySelfQueries({ gallery: going, model, manifest })).resolves.toBeUndefined();
  });
});
