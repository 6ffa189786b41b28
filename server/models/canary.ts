import { HoldfastError } from '../../base/errors.ts';
import type { Services } from '../lifecycle.ts';
import { readPixels } from '../picture.ts';

/** Records that must find themselves. */
const PROBES = 32;
/** Of unit embeddings of the same picture, in one batch or alone. */
const SAME = 1e-2;

/** A share of the searches that may miss: a walk over a graph finds nearly all, and not one among more equals than it keeps. */
const MISSES = 0.1;

/**
 * Embeds pictures of the gallery, which must come out as the vectors that are stored beside them, and searches with them: a gallery whose vectors are
 * another model's, or in disorder, or whose index does not find them, is found out before it serves.
 * @throws HoldfastError CANARY_FAILED naming the record
 */
export async function checkBySelfQueries({ gallery, model, manifest }: Services): Promise<void> {
  const probes = (await gallery.sample(PROBES)).map(async ({ id }) => {
    const [image, vector] = await Promise.all([gallery.image(id), gallery.vector(id)]);
    // None where the record went away meanwhile.
    if (image === undefined || vector === undefined) return [];
    return [{ id, vector, pixels: await readPixels(image.bytes, manifest.preprocessing) }];
  });
  const records = (await Promise.all(probes)).flat();
  // By the thread that will answer searches; nobody waits for it yet.
  const queries = await model.embed(records.map(({ pixels }) => pixels));
  for (const [i, { id, vector }] of records.entries()) {
    const query = queries[i] ?? new Float32Array();
    const gap = Math.hypot(...vector.map((value, axis) => value - (query[axis] ?? Number.NaN)));
    if (gap <= SAME) continue;
    const message = `record "${id}" does not find itself in the gallery of ${manifest.version}: its vector lies at ${gap.toFixed(3)} from that of its picture`;
    throw new HoldfastError('CANARY_FAILED', message);
  }
  const nearest = await Promise.all(queries.map(async (query) => (await gallery.search(query, { k: 1 }))[0]));
  const missed = records.filter((_, i) => (nearest[i]?.distance ?? Number.POSITIVE_INFINITY) > SAME);
  if (missed.length > MISSES * records.length) {
    const message = `${missed.length} of ${records.length} searches in the gallery of ${manifest.version} do not find the record that they are for, such as "${missed[0]?.id}"`;
    throw new HoldfastError('CANARY_FAILED', message);
  }
}
