import * as tf from '@tensorflow/tfjs';
import type { Random } from '../base/random.ts';
import { normalise } from '../embedding/normalise.ts';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import { ndarray } from '../engine/arrays.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { nextTrial, openTrial, type Trial } from './bisection.ts';
import { withoutGradient } from './stop-gradient.ts';

/** Every challenger has to be nearer by this much before the attack lets go of it, so that it does not fall back. */
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

export interface Displacements {
  /** For each result the smallest epsilon found that pushes it out, in 1/255; 255 where none did. */
  readonly epsilons: readonly number[];
  readonly steps: number;
}

export interface CompiledDisplacement {
  /**
   * @param query S x S x channels, pixels in [0,1]. @param results rows of the gallery. @param self the query's own row,
   *   which is left out of the gallery; -1 for none. @param guesses where to begin, in 1/255.
   */
  run(
    query: Float32Array,
    results: readonly number[],
    self: number,
    guesses: readonly number[],
    random: Random,
  ): Promise<Displacements>;
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
      return tf.stack([lead.add(SLACK).relu().mul(nearest).sum(1), nearer], 1);
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
    async run(query, results, self, guesses, random) {
      const clean = new Float32Array(count * length);
      for (let i = 0; i < count; i++) clean.set(query, i * length);
      const images = clean.slice();
      const trials = Array.from({ length: width }, (_, i) => openTrial(guesses[i] ?? 0, i < results.length));
      const own = Int32Array.from({ length: count }, (_, i) => results[Math.floor(i / restarts)] ?? 0);
      const begin = (result: number, { epsilon }: Trial): void => {
        for (let restart = 0; restart < restarts; restart++) {
          const at = (result * restarts + restart) * length;
          for (let j = 0; j < length; j++) {
            const noise = restart === 0 ? 0 : ((2 * random.uniform() - 1) * epsilon) / 255;
            images[at + j] = Math.min(1, Math.max(0, (query[j] as number) + noise));
          }
        }
      };
      trials.forEach((trial, i) => {
        begin(i, trial);
      });
      let taken = 0;
      while (trials.some(({ open }) => open)) {
        const perImage = (value: (trial: Trial) => number): NdArray =>
          ndarray(
            Float32Array.from({ length: count }, (_, i) => value(trials[Math.floor(i / restarts)] as Trial)),
            each,
          );
        const moved = await program.run({
          images: ndarray(images, shape),
          clean: ndarray(clean, shape),
          radius: perImage(({ epsilon }) => epsilon / 255),
          stepSize: perImage(({ epsilon, step }) => (epsilon / 255) * Math.max(0.02, 0.25 * (1 - step / steps))),
          own: ndarray(own, [count]),
          self: ndarray(new Int32Array(count).fill(self), [count]),
          weights: {},
        });
        taken++;
        images.set(moved.images.data);
        trials.forEach((trial, i) => {
          if (!trial.open) return;
          const nearer = moved.nearer.data.slice(i * restarts, (i + 1) * restarts);
          const pushed = nearer.some((others) => others >= places);
          // One more evaluation than steps: what the last step reached is looked at too.
          if (!pushed && trial.step < steps) {
            trials[i] = { ...trial, step: trial.step + 1 };
            return;
          }
          const next = nextTrial(trial, pushed);
          trials[i] = next;
          if (next.open) begin(i, next);
        });
      }
      return { epsilons: trials.slice(0, results.length).map(({ high }) => high), steps: taken };
    },
  };
}
