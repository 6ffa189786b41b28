import type { Random } from '../../base/random.ts';
import type { Backbone, Weights } from '../../embedding/types.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import type { Metric } from '../types.ts';
import { attackAll } from './attack-all.ts';
import { type Benign, benign } from './benign.ts';
import type { Profile } from './profiles.ts';
import { withGallery } from './scene.ts';
import { type AdversarialScore, type Raw, scoresOf } from './scores.ts';
import type { PerQuery, Protocol } from './types.ts';

export interface SuiteSetting {
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly weights: Weights;
  /** `N` by default. */
  readonly metric?: Metric;
  /** The images of rows of the set: count x size x size x channels, pixels in [0,1]. */
  readonly images: (rows: readonly number[]) => NdArray | Promise<NdArray>;
  /** Of all images of the set, which is the gallery. */
  readonly labels: ArrayLike<number>;
  /** Rows that are attacked; by default as many as the profile says, drawn by `random`, in their order. */
  readonly queries?: readonly number[];
  readonly profile: Profile;
  /** Images at a time, where the batch of the profile would take too much memory. Measures do not depend on it. */
  readonly chunk?: number;
  /** `exact` by default. */
  readonly protocol?: Protocol;
  readonly random: Random;
  /** Called after each batch of each attack with the share that is done. */
  readonly onProgress?: (share: number, attack: string) => void;
  /** Looked at before each batch. */
  readonly signal?: AbortSignal;
}

export interface SuiteResult {
  readonly raw: Raw;
  readonly ers: number;
  /** Relative to the benign recall of the queries that were attacked. */
  readonly ars: AdversarialScore;
  /** Of the whole set, without an attack. */
  readonly benign: Benign;
  /** The gallery rows that were attacked. */
  readonly queries: readonly number[];
  /** In the order of `queries`. */
  readonly perQuery: PerQuery;
  readonly protocol: Protocol;
  readonly profile: Profile;
}

/**
 * The ten measures of an image search under attack, and the two scores made of them (specification of the method, section 5).
 * White box: only the query changes, the gallery stays clean.
 * @throws the signal's reason when it is aborted. RangeError for a set or a list of queries without images.
 */
export async function runSuite(setting: SuiteSetting): Promise<SuiteResult> {
  const { engine, backbone, weights, metric = 'N', protocol = 'exact', profile, labels, signal } = setting;
  const queries = setting.queries ?? drawQueries(labels.length, profile, setting.random.fork('queries'));
  if (queries.length === 0) throw new RangeError('there are no queries to attack');
  const count = Math.min(setting.chunk ?? profile.batch, queries.length);
  const set = { engine, backbone, weights, metric, protocol, labels, count, images: setting.images };
  return withGallery({ ...set, ...(signal && { signal }) }, async (scene, embedding) => {
    const adversary = { engine, backbone, weights, embedding, budget: profile.budget };
    const perQuery = await attackAll(adversary, scene, { ...setting, queries, count }, setting.onProgress);
    const { raw, ers, ars } = scoresOf(perQuery, protocol, profile.batch);
    const clusters = setting.random.fork('clusters');
    const found = await benign(scene, { batch: profile.batch, random: clusters, ...(signal && { signal }) });
    return { raw, ers, ars, benign: found, queries, perQuery, protocol, profile };
  });
}

/** Rows in their order, as many as the profile attacks. */
export function drawQueries(total: number, profile: Pick<Profile, 'queries'>, random: Random): number[] {
  const rows = Array.from({ length: total }, (_, row) => row);
  if (profile.queries === undefined || profile.queries >= total) return rows;
  return random
    .shuffle(rows)
    .slice(0, profile.queries)
    .sort((a, b) => a - b);
}
