import type { Hit } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import type { AttackName } from '../model/types.ts';
import { type AttackedPicture, attackPicture, type Effort } from './attack-picture.ts';
import { type Outcome, probeAttacks } from './attacks/index.ts';
import { type ListOf, namedCandidate, sceneOf, standingOf } from './scene.ts';

export interface ProbeRequest extends Effort {
  readonly attacks: readonly AttackName[];
  /** Length of the lists. */
  readonly k: number;
  /** Id of the record that the attacks are about which can be told. */
  readonly candidate?: string | undefined;
}

/** What one attack came to. */
export interface ProbedAttack extends Outcome {
  readonly attack: AttackName;
  readonly attacked: AttackedPicture;
  readonly success: boolean;
}

export interface ProbeOutcome {
  readonly before: readonly Hit[];
  /** In the order in which they were asked for. */
  readonly attacks: readonly ProbedAttack[];
}

/**
 * Attacks a picture with one attack after the other, searches before and after, and judges. `lap` is told when a phase is over.
 * @throws HoldfastError RECORD_UNKNOWN, REQUEST_INVALID where an attack has nothing to aim at; the signal's reason
 */
export async function runProbe(
  pixels: Uint8Array,
  { attacks, k, candidate: named, ...effort }: ProbeRequest,
  services: Services,
  signal: AbortSignal,
  lap: (phase: 'embed' | 'attack') => void,
): Promise<ProbeOutcome> {
  const { model, gallery } = services;
  const options = { priority: 'probe', signal } as const;
  const [query = new Float32Array()] = await model.embed([pixels], options);
  const listOf: ListOf = (vector, length) => gallery.search(vector, { k: length });
  const scene = await sceneOf(query, k, listOf, services);
  const given = named === undefined ? undefined : await namedCandidate(named, services, options);
  // Chosen before anything is attacked: what one has nothing to aim at is refused at no cost.
  const aimed = attacks.map((name) => {
    const attack = probeAttacks[name];
    return { attack, candidate: (attack.named ? given : undefined) ?? attack.choose(scene) };
  });
  lap('embed');

  const standing = async (of: (typeof aimed)[number], vector: Float32Array, hits: readonly Hit[]) =>
    of.candidate && standingOf(of.attack, of.candidate, vector, hits, k, listOf);
  const done: ProbedAttack[] = [];
  for (const one of aimed) {
    const { attack, candidate } = one;
    const attacked = await attackPicture(attack, pixels, scene, candidate, effort, services, options);
    const after = await listOf(attacked.vector, k);
    const [was, is] = [await standing(one, query, scene.before), await standing(one, attacked.vector, after)];
    const standings = was && is && { before: was, after: is };
    const outcome = { before: scene.before, after, candidate, standings };
    done.push({ ...outcome, attack: attack.name, attacked, success: attack.succeeded(outcome) });
  }
  lap('attack');
  return { before: scene.before, attacks: done };
}
