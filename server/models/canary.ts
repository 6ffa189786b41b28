import { HoldfastError } from '../../base/errors.ts';
import type { Gallery } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import { readPicture } from '../picture.ts';

/** Records that must find themselves. */
const PROBES = 32;
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
  // By the thread that will answer searches; nobody waits for it yet.
  const queries = await model.embed(pictures.map(({ pixels }) => pixels));
  for (const [i, { id }] of probes.entries()) {
    const query = queries[i] ?? new Float32Array();
    if ((await nearestOf(query, gallery, false)) <= SAME) continue;
    // A graph may miss one, as among hundreds of equal pictures; what is asked here is whether its vector is right.
    const nearest = await nearestOf(query, gallery, true);
    if (nearest <= SAME) continue;
    const message = `record "${id}" does not find itself in the gallery of ${manifest.version}: the nearest lies at ${nearest.toFixed(3)}`;
    throw new HoldfastError('CANARY_FAILED', message);
  }
}

/** How far the nearest record is: the one of the query, or a twin of it. */
async function nearestOf(query: Float32Array, gallery: Gallery, exact: boolean): Promise<number> {
  const [hit] = await gallery.search(query, { k: 1, exact });
  return hit?.distance ?? Number.POSITIVE_INFINITY;
}

/** None where the record went away meanwhile. */
async function pictureOf(id: string, gallery: Gallery): Promise<{ readonly id: string; readonly bytes: Uint8Array }[]> {
  const image = await gallery.image(id);
  return image === undefined ? [] : [{ id, bytes: image.bytes }];
}
