import { HoldfastError } from '../../base/errors.ts';
import type { Hit } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import { ATTACK_GALLERY_ROWS, type CallOptions } from '../model/types.ts';
import { readPicture } from '../picture.ts';

/** The record that a query attack is about. */
export interface Candidate {
  readonly id: string;
  readonly label: string | null;
  readonly vector: Float32Array;
}

/**
 * The candidate of a query attack: the record that was named; else the first result for `qa-`, and the sample of median
 * distance for `qa+`.
 * @throws HoldfastError RECORD_UNKNOWN; REQUEST_INVALID for an empty gallery
 */
export async function chooseCandidate(
  attack: 'qa+' | 'qa-',
  named: string | undefined,
  query: Float32Array,
  first: Hit | undefined,
  services: Services,
  options: CallOptions,
): Promise<Candidate> {
  if (named !== undefined) return findCandidate(named, services, options);
  const chosen = attack === 'qa-' ? first : medianOf(await services.gallery.sample(ATTACK_GALLERY_ROWS), query);
  if (chosen === undefined) throw new HoldfastError('REQUEST_INVALID', `attack ${attack}: the gallery is empty`);
  return chosen;
}

/** Its embedding is that of the stored picture. */
async function findCandidate(
  id: string,
  { gallery, model, manifest }: Services,
  options: CallOptions,
): Promise<Candidate> {
  const [info, image] = await Promise.all([gallery.get(id), gallery.image(id)]);
  if (info === undefined || image === undefined) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
  const { pixels } = await readPicture(image.bytes, manifest.preprocessing);
  const [vector = new Float32Array()] = await model.embed([pixels], options);
  return { id, label: info.label, vector };
}

function medianOf(sample: readonly Hit[], query: Float32Array): Hit | undefined {
  const ordered = [...sample].sort((a, b) => distance(query, a.vector) - distance(query, b.vector));
  return ordered[Math.floor(ordered.length / 2)];
}

/** Euclidean. */
export function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0));
}
