import { createRandom } from '../base/random.ts';
import type { Training } from './defenses/index.ts';
import { type Learner, newLearner } from './learner.ts';
import type { Recipe, Stage } from './recipe.ts';
import type { ImageSource } from './run-stage.ts';
import { spc2 } from './samplers/index.ts';

/** Batches that are run and not timed: programs are compiled, and both turns of an alternating defense have been taken. */
const UNTIMED = 2;
const TIMED = 4;

/** Seconds of an epoch of a stage, from some of its batches; what they learn is thrown away. */
export async function measureEpoch(
  stage: Stage,
  training: Training,
  learner: Learner,
  data: { readonly labels: ArrayLike<number>; readonly source: ImageSource; readonly pairs: Recipe['pairs'] },
): Promise<number> {
  const random = createRandom('timing').fork(stage.name);
  const batches = spc2.epoch(data.labels, data.pairs, random.fork('sampler'));
  const some = Array.from(
    { length: UNTIMED + TIMED },
    (_, i) => batches[i % Math.max(1, batches.length - 1)] as number[],
  );
  let [index, started] = [0, 0];
  for await (const images of data.source.epoch(some, random, 0)) {
    if (index === UNTIMED) started = performance.now();
    // As in the last epoch: an attack that grows with the epochs is at its dearest.
    await training.train(newLearner(learner.weights, learner.lossParameters, learner.average !== undefined), {
      epoch: stage.epochs - 1,
      epochs: stage.epochs,
      index,
      rate: stage.rate,
      images,
      labels: (some[index] as number[]).map((row) => data.labels[row] as number),
      random: random.fork(`batch ${index}`),
    });
    index += 1;
  }
  return (batches.length * (performance.now() - started)) / 1000 / TIMED;
}
