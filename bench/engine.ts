import type * as tf from '@tensorflow/tfjs';
import { compileStep } from '../attack/pgd.ts';
import type { Objective } from '../attack/types.ts';
import { createRandom } from '../base/random.ts';
import { compact } from '../embedding/backbones/compact.ts';
import type { TensorWeights } from '../embedding/types.ts';
import { ndarray } from '../engine/arrays.ts';
import { createEngine } from '../engine/index.ts';
import type { NdArray } from '../engine/types.ts';
import { initialAdam } from '../trainer/optimisers/index.ts';
import { compileUpdate } from '../trainer/update.ts';
import { interleave, type Report } from './harness.ts';

const IMAGES = 112;
const ROUNDS = 25;

/** Push the embedding away from where it was: the plainest of the objectives. */
const away: Objective = {
  name: 'away',
  evaluate: (embeddings, { clean }) =>
    embeddings
      .sub(clean as tf.Tensor)
      .square()
      .sum(1)
      .neg() as tf.Tensor1D,
};

/** Forward pass, PGD step and training step of the compact network: multiply-adds per second of each. */
export async function benchEngine(): Promise<Report> {
  const engine = await createEngine();
  const random = createRandom('bench');
  const weights = compact.init(random);
  const shape = [IMAGES, compact.size, compact.size, 3];
  const images = ndarray(
    Float32Array.from({ length: IMAGES * compact.size ** 2 * 3 }, () => random.uniform()),
    shape,
  );
  const clean: NdArray = ndarray(
    Float32Array.from({ length: IMAGES * 128 }, () => random.normal()),
    [IMAGES, 128],
  );

  const embed = ({ x, w }: { x: tf.Tensor4D; w: TensorWeights }) => ({ embeddings: compact.forward(w, x) });
  const serving = await engine.compile(embed, { x: shape, w: weights });
  const training = await engine.compile(embed, { x: shape, w: compact.parameters });
  const step = { count: IMAGES, constants: { clean: clean.shape } };
  const fixed = await compileStep(engine, compact, away, { ...step, weights });
  const open = await compileStep(engine, compact, away, step);
  const loss = (w: TensorWeights, { x }: Readonly<Record<string, tf.Tensor>>): tf.Scalar =>
    compact
      .forward(w, x as tf.Tensor4D)
      .square()
      .mean();
  const update = await compileUpdate(engine, loss, compact, { x: shape }, { weightDecay: 0, name: 'update' });
  const learner = { weights, adam: initialAdam(weights) };
  const attack = { images, clean: images, epsilon: 8 / 255, stepSize: 1 / 255, constants: { clean } };
  const openStep = open.withWeights(weights);

  const contenders = [
    { name: 'forward, weights built in', work: serving.multiplyAdds, run: () => serving.run({ x: images }) },
    {
      name: 'forward, weights passed in',
      work: training.multiplyAdds,
      run: () => training.run({ x: images, w: weights }),
    },
    { name: 'PGD step, weights built in', work: fixed.multiplyAdds, run: () => fixed.step(attack) },
    { name: 'PGD step, weights passed in', work: open.multiplyAdds, run: () => openStep(attack) },
    { name: 'training step with Adam', work: update.multiplyAdds, run: () => update.run(learner, { x: images }, 1e-3) },
  ];
  const timings = await interleave(contenders, ROUNDS);
  const rates = timings.map(({ median }, i) => (2 * (contenders[i]?.work ?? 0)) / median / 1e6);
  const [builtIn = 1, passedIn = 1] = rates;
  const shares = [1, 1, (rates[2] ?? 0) / builtIn, (rates[3] ?? 0) / passedIn, (rates[4] ?? 0) / passedIn];
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return {
    name: `compact network, ${IMAGES} images of ${compact.size} x ${compact.size}, ${engine.threads} threads`,
    rows: [
      ['', 'ms', '10-90 %', 'GFLOP/s', 'of forward'],
      ...timings.map(({ name, median, low, high }, i) => [
        name,
        median.toFixed(1),
        `${low.toFixed(1)}-${high.toFixed(1)}`,
        (rates[i] ?? 0).toFixed(0),
        percent(shares[i] ?? 0),
      ]),
    ],
    figures: Object.fromEntries(timings.map(({ name }, i) => [name, Number((rates[i] ?? 0).toFixed(1))])),
  };
}
