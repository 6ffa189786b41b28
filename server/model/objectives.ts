import { es, qaMinus, qaPlus } from '../../attack/objectives/index.ts';
import type { Constants, Objective } from '../../attack/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import { ATTACK_GALLERY_ROWS, type AttackName } from './types.ts';

/** What the attacks of a probe minimise. */
export const objectives: Readonly<Record<AttackName, Objective>> = { es, 'qa+': qaPlus, 'qa-': qaMinus };

/** The shapes of the constants of an attack on one picture with one candidate: a program has one shape. */
export function constantShapes(attack: AttackName, dimension: number): Record<string, readonly number[]> {
  if (attack === 'es') return { clean: [1, dimension] };
  return { candidates: [1, dimension], gallery: [ATTACK_GALLERY_ROWS, dimension] };
}

/** The constants of `es`: the embedding of the clean picture. */
export function shiftConstants(clean: Float32Array): Constants {
  return { clean: ndarray(clean, [1, clean.length]) };
}

/** The constants of the query attacks. A gallery of fewer rows than the program has is repeated. */
export function queryConstants(candidate: Float32Array, gallery: readonly Float32Array[]): Constants {
  const dimension = candidate.length;
  const rows = new Float32Array(ATTACK_GALLERY_ROWS * dimension);
  for (let i = 0; i < ATTACK_GALLERY_ROWS; i++) rows.set(gallery[i % gallery.length] ?? candidate, i * dimension);
  return {
    candidates: ndarray(candidate, [1, dimension]),
    gallery: ndarray(rows, [ATTACK_GALLERY_ROWS, dimension]),
  };
}
