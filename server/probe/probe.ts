import { toLevels } from '../../attack/pictures.ts';
import { runAttack } from '../../attack/runner.ts';
import { toPixels } from '../../embedding/preprocess.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { Hit } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import { objectives, queryConstants, shiftConstants } from '../model/objectives.ts';
import { ATTACK_GALLERY_ROWS, type AttackName } from '../model/types.ts';
import { type Candidate, chooseCandidate } from './target.ts';

export interface ProbeRequest {
  readonly attack: AttackName;
  /** Whole levels of 1/255. */
  readonly epsilon: number;
  readonly steps: number;
  /** Length of the rankings. */
  readonly k: number;
  /** Id of the record a query attack is about. */
  readonly candidate?: string | undefined;
}

export interface ProbeOutcome {
  /** The picture after the attack, size x size x channels bytes. */
  readonly attacked: Uint8Array;
  readonly query: Float32Array;
  readonly attackedQuery: Float32Array;
  readonly before: readonly Hit[];
  readonly after: readonly Hit[];
  readonly candidate: Candidate | undefined;
  readonly steps: number;
  readonly queries: number;
  readonly success: boolean;
}

/** Attacks a picture step by step, searches before and after, and judges. `lap` is told when a phase is over. */
export async function runProbe(
  pixels: Uint8Array,
  request: ProbeRequest,
  services: Services,
  signal: AbortSignal,
  lap: (phase: 'embed' | 'attack' | 'search') => void,
): Promise<ProbeOutcome> {
  const { model, gallery, manifest } = services;
  const { attack, epsilon, steps, k } = request;
  const options = { priority: 'probe', signal } as const;
  const [query = new Float32Array()] = await model.embed([pixels], options);
  const before = await gallery.search(query, { k });
  const candidate =
    attack === 'es' ? undefined : await chooseCandidate(attack, request.candidate, query, before[0], services, options);
  const constants =
    candidate === undefined
      ? shiftConstants(query)
      : queryConstants(
          candidate.vector,
          (await gallery.sample(ATTACK_GALLERY_ROWS)).map(({ vector }) => vector),
        );
  lap('embed');

  const { size, channels = 3 } = manifest.preprocessing;
  const clean = ndarray(toPixels(pixels), [1, size, size, channels]);
  const result = await runAttack(
    (inputs) => model.attackStep(attack, inputs, options),
    objectives[attack],
    clean,
    constants,
    { epsilon: epsilon / 255, alpha: stepLength(epsilon, steps) / 255, steps },
    { signal },
  );
  const attacked = toLevels(result.images.data, pixels, epsilon);
  lap('attack');

  const [attackedQuery = new Float32Array()] = await model.embed([attacked], options);
  const after = await gallery.search(attackedQuery, { k });
  lap('search');
  const success = hasSucceeded(attack, before, after, candidate);
  return {
    attacked,
    query,
    attackedQuery,
    before,
    after,
    candidate,
    steps: result.steps,
    queries: result.queries,
    success,
  };
}

/** In levels: far enough to cross the ball two and a half times (Madry et al., 2018), and no less than one. */
function stepLength(epsilon: number, steps: number): number {
  return Math.max(1, (2.5 * epsilon) / steps);
}

function hasSucceeded(
  attack: AttackName,
  before: readonly Hit[],
  after: readonly Hit[],
  candidate: Candidate | undefined,
): boolean {
  const listed = (hits: readonly Hit[]): boolean => hits.some(({ id }) => id === candidate?.id);
  switch (attack) {
    case 'es':
      return before[0]?.id !== after[0]?.id;
    case 'qa+':
      return !listed(before) && listed(after);
    case 'qa-':
      return listed(before) && !listed(after);
  }
}
