import { dtypeOf } from '../../engine/arrays.ts';
import type { InputSpec, NdArray } from '../../engine/types.ts';
import type { Constants } from '../types.ts';
import type { RetrievalAttack, Scene } from './types.ts';

/** The constants of an attack as a program takes them: what all queries share is built in, of each query's own the shapes are. */
export function constantSpecs(
  scene: Scene,
  attack: RetrievalAttack,
  own: Constants,
): Readonly<Record<string, InputSpec>> {
  const specOf = (array: NdArray): InputSpec => ({ shape: array.shape, dtype: dtypeOf(array) });
  return {
    ...attack.shared(scene),
    ...Object.fromEntries(Object.entries(own).map(([name, array]) => [name, specOf(array)])),
  };
}
