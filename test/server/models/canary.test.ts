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

  it('pass over a record that goes away meanwhile', async () => {
    const going: Gallery = { ...gallery, vector: async (id) => (id === 'a' ? undefined : gallery.vector(id)) };
    await expect(checkBySelfQueries({ gallery: going, model, manifest })).resolves.toBeUndefined();
  });
});
