import * as tf from '@tensorflow/tfjs';
import type { TensorConstants } from '../../attack/types.ts';
import type { Triplets } from '../types.ts';
import type { BatchAttack } from './attack.ts';

/** A part of a triplet. */
export type Role = keyof Triplets;

export const ROLES = ['anchors', 'positives', 'negatives'] as const satisfies readonly Role[];

/** Embeddings of K triplets by role, K x D each. */
export type Rows<R extends Role = Role> = Readonly<Record<R, tf.Tensor2D>>;

/** The rows of a batch in some roles, one role after the other. */
export function rowsIn(roles: readonly Role[], triplets: Triplets): number[] {
  return roles.flatMap((role) => triplets[role]);
}

/** Rows that lie role after role, taken apart. */
export function byRole<R extends Role>(rows: tf.Tensor2D, roles: readonly R[]): Rows<R> {
  const parts = tf.split(rows, roles.length, 0);
  return Object.fromEntries(roles.map((role, i) => [role, parts[i]])) as Rows<R>;
}

/** An attack on the images of triplets in some roles. */
export interface TripletAttack extends BatchAttack {
  readonly perturbed: readonly Role[];
}

/** An attack whose objective is one number of the embeddings of the perturbed rows, by role. */
export function attackOn<R extends Role>(
  name: string,
  perturbed: readonly R[],
  minimised: (rows: Rows<R>, constants: TensorConstants) => tf.Scalar,
): TripletAttack {
  const evaluate = (embeddings: tf.Tensor2D, constants: TensorConstants): tf.Tensor1D =>
    minimised(byRole(embeddings, perturbed), constants).reshape([1]);
  return { perturbed, objective: { name, evaluate } };
}
