import { expect } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { dtypeOf, ndarray, sizeOf } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { compiled, expectComputed, functionOf, inputsOf, type OpCase, randomArray } from './agreement.ts';

/**
 * Numbers of a range in random order, all different and different from those of the other inputs, none in the middle of
 * the range: away from the places where a maximum, a sort or an absolute value has a kink.
 */
function spread(
  shape: readonly number[],
  name: string,
  [low, high]: readonly [number, number],
  shift: number,
): NdArray {
  const count = sizeOf(shape);
  const order = createRandom(name).shuffle(Array.from({ length: count }, (_, i) => i));
  return ndarray(
    Float32Array.from(order, (place) => low + ((high - low) * (place + shift)) / count),
    shape,
  );
}

/** Half the distance of the two points between which a difference is taken: well below that of two spread numbers. */
function stepFor(test: OpCase): number {
  const [low, high] = test.range ?? [-1, 1];
  const largest = Math.max(1, ...test.shapes.map(sizeOf));
  return Math.min(4e-3, (0.05 * (high - low)) / (largest * test.shapes.length));
}

/**
 * Compares the compiled gradients of a weighted sum of a case with differences of its compiled values, along two random
 * directions. What eager TF.js says plays no part.
 */
export async function expectSlopes(test: OpCase): Promise<void> {
  const drawn = inputsOf(test);
  const floats = Object.keys(drawn).filter((name) => dtypeOf(drawn[name] as NdArray) === 'float32');
  const points = floats.map((name, i) => {
    const shift = (i + 0.3) / floats.length;
    return [
      name,
      spread((drawn[name] as NdArray).shape, `${test.name}/${name}`, test.range ?? [-1, 1], shift),
    ] as const;
  });
  const at = { ...drawn, ...Object.fromEntries(points) };
  const specs = Object.fromEntries(
    Object.entries(at).map(([name, array]) => [name, { shape: array.shape, dtype: dtypeOf(array) }]),
  );
  const program = await compiled.compile(functionOf(test), specs, { name: test.name });
  const here = await program.run(at);
  const value = here.value as NdArray;
  const weights = randomArray(value.shape, `${test.name}/weights`).data;
  const random = createRandom(`${test.name}/directions`);
  const step = stepFor(test);
  for (let direction = 0; direction < 2; direction++) {
    const ways = points.map(([, array]) => Float32Array.from(array.data, () => (random.uniform() < 0.5 ? -1 : 1)));
    const moved = async (by: number): Promise<number> => {
      const entries = points.map(([name, { shape, data }], i) => [
        name,
        ndarray(
          data.map((x, j) => x + by * (ways[i]?.[j] as number)),
          shape,
        ),
      ]);
      const { value: there } = await program.run({ ...at, ...Object.fromEntries(entries) });
      // Differences of each element first: the sum of large numbers would hide small ones.
      return dot(weights, (there as NdArray).data, value.data);
    };
    const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
    let [slope, square] = [0, 0];
    for (const [i, way] of ways.entries()) {
      const gradient = (here[`gradient${i}`] as NdArray).data;
      slope += dot(gradient, way);
      square += dot(gradient, gradient);
    }
    const allowed = 1e-2 * Math.sqrt(square) + 2e-3;
    expect(Math.abs(difference - slope), `${test.name}: ${slope}, by differences ${difference}`).toBeLessThan(allowed);
  }
  await program.release();
  expectComputed(test.name);
}

/** The sum of the products, of the second less the third where there is a third. */
function dot(a: ArrayLike<number>, b: ArrayLike<number>, less?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * ((b[i] as number) - (less?.[i] ?? 0));
  return sum;
}
