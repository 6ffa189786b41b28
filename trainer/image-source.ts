import { type Augmentation } from './augment.ts';
import { imageBatch } from './batches.ts';
import type { ImageSource } from './run-stage.ts';
import type { LabelledImages } from './types.ts';

/** Makes each batch when it is asked for: for sets in memory, and the twin of whoever makes them ahead. */
export function directSource(images: LabelledImages, augmentation: Augmentation): ImageSource {
  let waited = 0;
  return {
    get waited() {
      return waited;
    },
    async *epoch(batches, random, from) {
      for (let i = from; i < batches.length; i++) {
        const started = performance.now();
        const augment = { augmentation, random: random.fork(`batch ${i}`).fork('augmentation') };
        const batch = imageBatch(images, batches[i] as readonly number[], augment);
        waited += (performance.now() - started) / 1000;
        yield batch;
      }
    },
  };
}
