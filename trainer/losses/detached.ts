import type { Tensor } from '@tensorflow/tfjs';
import { withoutGradient } from '../../attack/stop-gradient.ts';

/** A tensor as it is, which the gradient takes as a constant. */
export function detached<T extends Tensor>(tensor: T): T {
  return withoutGradient((value) => value.clone(), tensor) as T;
}
