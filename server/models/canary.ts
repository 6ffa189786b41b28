import { HoldfastError } from '../../base/errors.ts';
import type { Services } from '../lifecycle.ts';
import { readPicture } from '../picture.ts';

/** Records that must find themselves. */
const PROBES = 32;
/** Twins of a record may stand before it. */
const PLACES = 5;
/** Of unit embeddings of the same picture, in one batch or alone. */
const SAME = 1e-2;

/**
 * Searches with pictures of the gallery, which must be found first: a gallery whose vectors are another model's, or in
 * disorder, is found out before it serves.
 * @throws HoldfastError CANARY_FAILED naming the record
 */
export async function checkBySelfQueries({ gallery, model, manifest }: Services): Promise<void> {
  for (const { id } of await gallery.sample(PROBES)) {
    const image = await gallery.image(id);
    if (image === undefined) continue;
    const { pixels } = await readPicture(image.bytes, manifest.preprocessing);
    const [query = new Float32Array()] = await model.embed([pixels], { priority: 'probe' });
    const hits = await gallery.search(query, { k: PLACES });
    const nearest = hits[0]?.distance ?? Number.POSITIVE_INFINITY;
    if (nearest > SAME || !hits.some((hit) => hit.id === id || hit.distance <= SAME)) {
      const message = `record "${id}" does not find itself in the gallery of ${manifest.version}: the nearest lies at ${nearest.toFixed(3)}`;
      throw new HoldfastError('CANARY_FAILED', message);
    }
  }
}
