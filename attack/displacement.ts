import * as tf from '@tensorflow/tfjs';
import type { Random } from '../base/random.ts';
import { normalise } from '../embedding/normalise.ts';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import { ndarray } from '../engine/arrays.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { nextTrial, openTrial, type Trial } from './bisection.ts';
import { withoutGradient } from './stop-gradient.ts';

/**
 * A challenger has to be nearer by this much before the attack lets go of it, so that it does not fall back. What is best depends
 * on how close the candidates are, so that each restart has a tenth of the one before.
 */
const SLACK = 0.005;
/** Below every product of unit vectors: such a row of the gallery is nobody's challenger. */
const NEVER = 4;

export interface DisplacementOptions {
  /** Results that are attacked together, each by `restarts` images. */
  readonly results: number;
  readonly restarts: number;
  readonly steps: number;
  /** Length of the list that a result is pushed out of. */
  readonly places: number;
  /** M x D, unit embeddings; built in. */
  readonly gallery: NdArray;
  readonly weights: Weights;
}

/** One result of one query, that is to be pushed out of its list. */
export interface DisplacementTask {
  /** S x S x channels, pixels in [0,1]. */
  readonly query: Float32Array;
  /** Row of the gallery. */
  readonly result: number;
  /** The query's own row, which is left out of the gallery; -1 for none. */
  readonly self: number;
  /** Where to begin, in 1/255. */
  readonly guess: number;
  /** Draws where the restarts after the first begin. */
  readonly random: Random;
}

export interface Displacements {
  /** For each task the smallest epsilon found that pushes the result out, in 1/255; 255 where none did. */
  readonly epsilons: readonly number[];
  /** Runs of the program. */
  readonly steps: number;
}

export interface CompiledDisplacement {
  /** A task takes the place of one that is finished; `onFound` hears of each with its number and epsilon. */
  run(tasks: readonly DisplacementTask[], onFound?: (task: number, epsilon: number) => void): Promise<Displacements>;
  release(): Promise<void>;
}

type Tensors = {
  readonly images: tf.Tensor4D;
  readonly clean: tf.Tensor4D;
  readonly radius: tf.Tensor4D;
  readonly stepSize: tf.Tensor4D;
  readonly own: tf.Tensor1D;
  readonly self: tf.Tensor1D;
  readonly gallery: tf.Tensor2D;
  readonly weights: TensorWeights;
};

/** A task that is being attacked. */
interface Attacked {
  /** Its place among the tasks. */
  readonly number: number;
  readonly task: DisplacementTask;
  readonly trial: Trial;
}

/**
 * The smallest L-infinity change of a query that really pushes each of its results out of the list: sign-gradient steps that bring
 * as many others nearer as the list has places, with the epsilon of every result bisected by itself. The `places` nearest others of
 * each moment are pulled by a hinge: those that are past the result already cost nothing, and which ones pass is free to change.
 */
export async function compileDisplacement(
  engine: Engine,
  backbone: Backbone,
  { results: width, restarts, steps, places, gallery, weights }: DisplacementOptions,
): Promise<CompiledDisplacement> {
  const { size, channels } = backbone;
  const count = width * restarts;
  const length = size * size * channels;
  const [records = 0] = gallery.shape;
  const slacks = Float32Array.from({ length: count }, (_, image) => SLACK / 10 ** (image % restarts));
  const step = ({ images, clean, radius, stepSize, own, self, gallery: rows, weights: parameters }: Tensors) => {
    const mine = tf.oneHot(own, records).cast('float32');
    const absent = mine.add(tf.oneHot(self, records).cast('float32')).mul(NEVER);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
      const products = normalise(backbone.forward(parameters, x as tf.Tensor4D)).matMul(rows, false, true);
      const lead = products.mul(mine).sum(1, true).sub(products.sub(absent));
      const nearest = withoutGradient((all) => {
        const { values } = tf.topk(all.neg(), places, true);
        return all.neg().greaterEqual(values.min(1, true)).cast('float32');
      }, lead);
      const nearer = withoutGradient((all) => all.less(0).cast('float32').sum(1), lead);
      // Side by side: the gradient is that of the sum, to which the count adds nothing.
      return tf.stack(
        [
          lead
            .add(tf.tensor2d(slacks, [count, 1]))
            .relu()
            .mul(nearest)
            .sum(1),
          nearer,
        ],
        1,
      );
    })(images);
    const [, nearer] = tf.unstack(value, 1) as [tf.Tensor, tf.Tensor];
    const moved = images.sub(grad.sign().mul(stepSize)).minimum(clean.add(radius)).maximum(clean.sub(radius));
    return { images: moved.clipByValue(0, 1), nearer };
  };
  const shape = [count, size, size, channels];
  const each = [count, 1, 1, 1];
  const places1 = { shape: [count], dtype: 'int32' as const };
  const program = await engine.compile(
    step,
    {
      images: shape,
      clean: shape,
      radius: each,
      stepSize: each,
      own: places1,
      self: places1,
      gallery,
      weights: { ...weights },
    },
    { name: 'displacement' },
  );

  return {
    release: () => program.release(),
    async run(tasks, onFound = () => undefined) {
      const clean = new Float32Array(count * length);
      const images = new Float32Array(count * length);
      const own = new Int32Array(count);
      const self = new Int32Array(count).fill(-1);
      const epsilons = new Array<number>(tasks.length).fill(0);
      const waiting = tasks.entries();

      const begin = ({ query, random }: DisplacementTask, place: number, { epsilon }: Trial): void => {
        for (let restart = 0; restart < restarts; restart++) {
          const at = (place * restarts + restart) * length;
          for (let j = 0; j < length; j++) {
            const noise = restart === 0 ? 0 : ((2 * random.uniform() - 1) * epsilon) / 255;
            images[at + j] = Math.min(1, Math.max(0, (query[j] as number) + noise));
          }
        }
      };
      /** The next task that waits; undefined, and a place that is computed for nothing, where none does. */
      const open = (place: number): Attacked | undefined => {
        const next = waiting.next();
        if (next.done) return undefined;
        const [number, task] = next.value;
        const [from, to] = [place * restarts, (place + 1) * restarts];
        for (let row = from; row < to; row++) clean.set(task.query, row * length);
        own.fill(task.result, from, to);
        self.fill(task.self, from, to);
        const trial = openTrial(task.guess);
        begin(task, place, trial);
        return { number, task, trial };
      };
      /** What comes after a step that brought `nearer` others nearer than the result, in each of the restarts. */
      const advance = (attacked: Attacked, place: number, nearer: Float32Array): Attacked | undefined => {
        const { number, task, trial } = attacked;
        const pushed = nearer.some((others) => others >= places);
        // One more evaluation than steps: what the last step reached is looked at too.
        if (!pushed && trial.step < steps) return { ...attacked, trial: { ...trial, step: trial.step + 1 } };
        const next = nextTrial(trial, pushed);
        if (next.open) {
          begin(task, place, next);
          return { ...attacked, trial: next };
        }
        epsilons[number] = next.high;
        onFound(number, next.high);
        return open(place);
      };

      let attacked = Array.from({ length: width }, (_, place) => open(place));
      let taken = 0;
      for (; attacked.some((one) => one !== undefined); taken++) {
        const perImage = (value: (trial: Trial) => number): NdArray => {
          const values = attacked.flatMap((one) => new Array<number>(restarts).fill(one ? value(one.trial) : 0));
          return ndarray(Float32Array.from(values), each);
        };
        const moved = await program.run({
          images: ndarray(images, shape),
          clean: ndarray(clean, shape),
          radius: perImage(({ epsilon }) => epsilon / 255),
          stepSize: perImage(({ epsilon, step }) => (epsilon / 255) * Math.max(0.02, 0.25 * (1 - step / steps))),
          own: ndarray(own, [count]),
          self: ndarray(self, [count]),
          weights: {},
        });
        images.set(moved.images.data);
        const nearer = Float32Array.from(moved.nearer.data);
        attacked = attacked.map(
          (one, place) => one && advance(one, place, nearer.subarray(place * restarts, (place + 1) * restarts)),
        );
      }
      return { epsilons, steps: taken };
    },
  };
}
