import { movementsOf, withCopies } from '../../attack/suspicion/movements.ts';
import type { Services } from '../lifecycle.ts';
import { readPixels } from '../picture.ts';

/**
 * The movements of pictures that are spread evenly over the gallery, behind the searches.
 * @throws the signal's reason, between two pictures
 */
export async function measureGallery(
  { gallery, model, manifest }: Services,
  count: number,
  signal: AbortSignal,
): Promise<number[][]> {
  const movements: number[][] = [];
  for (const { id } of await gallery.sample(count)) {
    signal.throwIfAborted();
    const image = await gallery.image(id);
    if (image === undefined) continue;
    const pixels = await readPixels(image.bytes, manifest.preprocessing);
    const copies = await withCopies(pixels, manifest.preprocessing);
    movements.push(movementsOf(await model.embed(copies, { priority: 'probe', signal })));
  }
  return movements;
}
