import { HoldfastError } from '../../base/errors.ts';
import type { Hit } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import { ATTACK_GALLERY_ROWS, type CallOptions } from '../model/types.ts';
import { readPixels } from '../picture.ts';
import type { Candidate, ProbeAttack, Scene, Standing } from './attacks/index.ts';
import { distance } from './distance.ts';

/** Records that are looked at for one of another label than the first result's. */
const NEAR = 100;

/** Gives the list of an embedding, as a search does. */
export type ListOf = (vector: Float32Array, k: number) => Promise<readonly Hit[]>;

/** What there is around a picture before it is attacked. @param k length of its list */
export async function sceneOf(
  query: Float32Array,
  k: number,
  listOf: ListOf,
  { gallery }: Pick<Services, 'gallery'>,
): Promise<Scene> {
  const [near, sample] = await Promise.all([listOf(query, Math.max(k, NEAR)), gallery.sample(ATTACK_GALLERY_ROWS)]);
  return { query, near, before: near.slice(0, k), sample };
}

/** The record that was named as a candidate; its embedding is that of the stored picture. @throws HoldfastError RECORD_UNKNOWN */
export async function namedCandidate(
  id: string,
  { gallery, model, manifest }: Services,
  options: CallOptions,
): Promise<Candidate> {
  const [info, image] = await Promise.all([gallery.get(id), gallery.image(id)]);
  if (info === undefined || image === undefined) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
  const pixels = await readPixels(image.bytes, manifest.preprocessing);
  const [vector = new Float32Array()] = await model.embed([pixels], options);
  return { id, label: info.label, vector };
}

/** Where a candidate stands to a picture of this embedding, whose list is `hits`. */
export async function standingOf(
  { list }: Pick<ProbeAttack, 'list'>,
  candidate: Candidate,
  query: Float32Array,
  hits: readonly Hit[],
  k: number,
  listOf: ListOf,
): Promise<Standing> {
  const own = distance(query, candidate.vector);
  if (list === undefined) {
    const place = hits.findIndex(({ id }) => id === candidate.id);
    return { rank: place < 0 ? null : place + 1, distance: own };
  }
  // The picture stands among the others in the candidate's list, in which it is not itself.
  const others = (await listOf(candidate.vector, k + 1)).filter(({ id }) => id !== candidate.id);
  const nearer = others.filter((other) => other.distance < own).length;
  return { rank: nearer < k ? nearer + 1 : null, distance: own };
}
