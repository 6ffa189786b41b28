import { join } from 'node:path';
import { describe } from 'vitest';
import { openGallery } from '../../index/index.ts';
import { galleryConformance } from './conformance/index.ts';
import { DIMENSION } from './conformance/types.ts';
import { MODEL, temporaryFolders } from './support/galleries.ts';

const folder = temporaryFolders();

describe('an embedded gallery', () => {
  galleryConformance(() => {
    const root = folder();
    return {
      open: ({ name = 'gallery', model = MODEL, dimension = DIMENSION, rebuild = false } = {}) =>
        openGallery({ directory: join(root, name), model, dimension, rebuild }),
    };
  });
});
