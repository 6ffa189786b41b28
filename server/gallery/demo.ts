import { HoldfastError } from '../../base/errors.ts';
import { emojiSplit, loadEmoji } from '../../trainer/data/emoji.ts';
import type { Source } from './ingest.ts';

/**
 * The demonstration gallery: the emoji drawings of the classes that no model was trained on. Undefined where the emoji
 * packages are not installed.
 */
export async function demoSources(
  cache: string,
  onProgress: (done: number, total: number) => void,
): Promise<Source[] | undefined> {
  try {
    const { test } = emojiSplit(await loadEmoji(cache, onProgress));
    return test.map(({ id, set, className, category, png }) => ({
      // Ids of records have no slash: they are a part of a path.
      id: id.replace('/', ':'),
      label: className,
      metadata: { set, category },
      image: async () => ({ type: 'image/png', bytes: png }),
    }));
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'DATA_MISSING') return undefined;
    throw error;
  }
}
