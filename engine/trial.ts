import { createRandom } from '../base/random.ts';
import { isInputSpec, ndarray, readSpec, sizeOf } from './arrays.ts';
import { inputName } from './input-name.ts';
import { flatten } from './tree.ts';
import type { InputSpec, NdArray, Tree } from './types.ts';

/**
 * Inputs to try a program on, by their names in it; constants are left out. Lists are positive, as scales and variances are;
 * whatever has more axes is drawn around zero, as small as weights are, so that deep networks neither fade nor explode.
 * Integers are zero or one: they name rows or classes, or are conditions.
 */
export function trialInputs(specs: Tree<InputSpec>): Map<string, NdArray> {
  const random = createRandom('trial');
  const inputs = new Map<string, NdArray>();
  for (const [path, leaf] of flatten(specs, isInputSpec)) {
    const { shape, dtype, constant } = readSpec(leaf);
    if (constant !== undefined) continue;
    const count = sizeOf(shape);
    const rows = shape.length < 2 ? 0 : count / (shape.at(-1) as number);
    const spread = Math.sqrt(12 / Math.max(1, Math.min(rows, 4096)));
    const draw = (): number => (rows === 0 ? 0.5 + random.uniform() : spread * (random.uniform() - 0.5));
    const data =
      dtype === 'int32'
        ? Int32Array.from({ length: count }, () => random.integer(2))
        : Float32Array.from({ length: count }, draw);
    inputs.set(inputName(path), ndarray(data, shape));
  }
  return inputs;
}
