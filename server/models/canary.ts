import { HoldfastError } from '../../base/errors.ts';
import type { Gallery } from '../../index/types.ts';
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
  const probes = (await Promise.all((await gallery.sample(PROBES)).map(({ id }) => pictureOf(id, gallery)))).flat();
  const pictures = await Promise.all(probes.map(({ bytes }) => readPicture(bytes, manifest.preprocessing)));
  const queries = await model.embed(
    pictures.map(({ pixels }) => pixels),
    { priority: 'probe' },
  );
  for (const [i, { id }] of probes.entries()) {
    const hits = await gallery.search(queries[i] ?? new Float32Array(), { k: PLACES });
    const nearest = hits[0]?.distance ?? Number.POSITIVE_INFINITY;
    if (nearest > SAME || !hits.some((hit) => hit.id === id || hit.distance <= SAME)) {
      const message = `record "${id}" does not find itself in the gallery of ${manifest.version}: the nearest lies at ${nearest.toFixed(3)}`;
      throw new HoldfastError('CANARY_FAILED', message);
    }
  }
}

/** None where the record went away meanwhile. */
async function pictureOf(id: string, gallery: Gallery): Promise<{ readonly id: string; readonly bytes: Uint8Array }[]> {
  const image = await gallery.image(id);
  return image === undefined ? [] : [{ id, bytes: image.bytes }];
}
