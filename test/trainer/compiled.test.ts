import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { es, qaMinus, qaPlus, ranking } from '../../attack/objectives/index.ts';
import type { Objective } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { normalise } from '../../embedding/normalise.ts';
import { concatRows, ndarray } from '../../engine/arrays.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import type { NdArray } from '../../engine/types.ts';
import { anchorObjective, candidateObjective, caTrideLoss } from '../../trainer/defenses/ca-tride-objectives.ts';
import { sameClassMask } from '../../trainer/defenses/pretrain.ts';
import { batchCrossEntropy } from '../../trainer/losses/index.ts';
import { expectNear } from '../attack/support/golden.ts';
import { compiled } from '../engine/agreement.ts';

const DIMENSION = 16;
const eager = createEagerEngine();

function unitRows(count: number, seed: string): NdArray {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, () => {
    const row = Array.from({ length: DIMENSION }, () => random.normal());
    return row.map((value) => value / Math.hypot(...row));
  });
  return ndarray(Float32Array.from(rows.flat()), [count, DIMENSION]);
}

/** Rows close to those of another seed, as embeddings of one class are. */
function near(count: number, seed: string): NdArray {
  const [center, noise] = [unitRows(count, seed), unitRows(count, `${seed}/noise`)];
  return ndarray(
    center.data.map((value, i) => (value as number) + 0.2 * (noise.data[i] as number)) as Float32Array,
    center.shape,
  );
}

interface Traced {
  readonly name: string;
  readonly rows: NdArray;
  readonly constants: Readonly<Record<string, NdArray>>;
  readonly fn: (rows: tf.Tensor2D, constants: Readonly<Record<string, tf.Tensor>>) => tf.Tensor;
}

const traced = (objective: Objective, rows: NdArray, constants: Readonly<Record<string, number>>): Traced => ({
  name: objective.name,
  rows,
  constants: Object.fromEntries(Object.entries(constants).map(([name, count]) => [name, unitRows(count, name)])),
  fn: (x, given) => objective.evaluate(normalise(x), given, 'N'),
});

const released = { weightSign: '+', anchorGoal: 'minimise', lambda: 10 } as const;
const published = { weightSign: '-', anchorGoal: 'maximise', lambda: 10 } as const;
const triplets = { anchors: 7, positives: 7, negatives: 7 };

/** Positives by their anchors, negatives anywhere: the collapseness is well below zero, so that CAP has work to do. */
const separated = concatRows([near(7, 'anchors'), unitRows(7, 'negatives')]);

const cases: readonly Traced[] = [
  traced(es, unitRows(4, 'rows'), { clean: 4 }),
  traced(qaPlus, unitRows(3, 'rows'), { candidates: 2, gallery: 20 }),
  traced(qaMinus, unitRows(3, 'rows'), { candidates: 2, gallery: 20 }),
  traced(ranking, unitRows(5, 'rows'), { same: 5, other: 5 }),
  traced(candidateObjective(released, 'N'), separated, { anchors: 7 }),
  { ...traced(candidateObjective(published, 'N'), separated, { anchors: 7 }), name: 'published candidates' },
  traced(anchorObjective(released, 'N'), near(7, 'anchors'), triplets),
  { ...traced(anchorObjective(published, 'N'), near(7, 'anchors'), triplets), name: 'published anchors' },
  {
    name: 'CA-TRIDE loss',
    rows: unitRows(18, 'loss'),
    constants: {},
    fn: (x) => {
      const [a, p, n] = tf.split(normalise(x), 3) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      return caTrideLoss(a, p, n, 'N', { margin: 0.2, regularised: true });
    },
  },
  {
    name: 'cross entropy',
    rows: unitRows(8, 'entropy'),
    constants: { sameClass: sameClassMask([0, 0, 1, 1, 0, 0, 2, 2]) },
    fn: (x, { sameClass }) => {
      const [a, p] = tf.split(normalise(x), 2) as [tf.Tensor2D, tf.Tensor2D];
      return batchCrossEntropy(a, p, sameClass as tf.Tensor2D);
    },
  },
];

describe('what is trained and attacked with, compiled and op by op', () => {
  it.each(cases)('$name: the same values and gradients', async ({ name, rows, constants, fn }) => {
    type Inputs = { readonly rows: tf.Tensor; readonly constants: Readonly<Record<string, tf.Tensor>> };
    const both = ({ rows: x, constants: given }: Inputs) => {
      const { value, grad } = tf.valueAndGrad((y: tf.Tensor) => fn(y as tf.Tensor2D, given))(x);
      return { value: value as tf.Tensor, grad };
    };
    const shapes = Object.fromEntries(Object.entries(constants).map(([key, { shape }]) => [key, shape]));
    const specs = { rows: rows.shape, constants: shapes };
    const results = [];
    for (const engine of [eager, compiled]) {
      const program = await engine.compile(both, specs, { name });
      results.push(await program.run({ rows, constants }));
      await program.release();
    }
    const [expected, actual] = results;
    const numbers = (array?: NdArray): number[] => Array.from(array?.data ?? []);
    expectNear(numbers(actual?.value), numbers(expected?.value), { relative: 1e-4, absolute: 1e-5 });
    expectNear(numbers(actual?.grad), numbers(expected?.grad), { relative: 1e-3, absolute: 2e-5 });
    expect(numbers(expected?.value).some((value) => value !== 0)).toBe(true);
    expect(numbers(expected?.grad).some((value) => value !== 0)).toBe(true);
  });
});
