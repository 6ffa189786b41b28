import * as tf from '@tensorflow/tfjs';
import { FAR, type Memory, type StepRule } from './types.ts';

/** Share of the new direction in a step; the rest is momentum. */
const NEW_SHARE = 0.75;
/** Share of the steps between checkpoints that have to improve. */
const IMPROVING_SHARE = 0.75;
/** Where checkpoints are, in hundredths of all steps: the first distance, how much less each next one is, and the least. */
const FIRST_PERIOD = 22;
const PERIOD_DECREASE = 3;
const LEAST_PERIOD = 6;

type ApgdMemory = {
  /** N x S x S x channels: where the step before began. */
  readonly previous: tf.Tensor;
  /** N x 1 x 1 x 1. */
  readonly stepSize: tf.Tensor;
  /** N each: the objective one step ago, and at the last checkpoint the best; improving steps since then; whether it halved. */
  readonly last: tf.Tensor;
  readonly bestAtCheckpoint: tf.Tensor;
  readonly improvements: tf.Tensor;
  readonly halved: tf.Tensor;
};

/**
 * Auto-PGD (Croce and Hein, 2020, algorithm 1), descending: steps of two epsilon with momentum. At each checkpoint an image that
 * improved too seldom, or not at all with an unchanged step size, halves it and goes on from its best iterate.
 */
export const apgd: StepRule = {
  name: 'apgd',
  returnsToBest: true,
  memory(start, epsilon) {
    const [count = 0] = start.shape;
    const memory: ApgdMemory = {
      previous: start,
      stepSize: tf.ones([count, 1, 1, 1]).mul(epsilon.mul(2)),
      last: tf.fill([count], FAR),
      bestAtCheckpoint: tf.fill([count], FAR),
      improvements: tf.zeros([count]),
      halved: tf.zeros([count]),
    };
    return memory;
  },
  move({ images, clean, values, gradient, best, epsilon, step, interval }, remembered, constraint) {
    const memory = remembered as Memory & ApgdMemory;
    const improvements = memory.improvements.add(values.less(memory.last).cast('float32'));
    const isCheckpoint = interval.greater(0);
    const seldom = improvements.less(interval.mul(IMPROVING_SHARE));
    const stuck = memory.halved.equal(0).logicalAnd(best.values.greaterEqual(memory.bestAtCheckpoint));
    const halve = seldom.logicalOr(stuck).logicalAnd(isCheckpoint);
    const halveImages = halve.reshape([-1, 1, 1, 1]);
    const stepSize = tf.where(halveImages, memory.stepSize.div(2), memory.stepSize);
    const from = tf.where(halveImages, best.images, images);
    const slope = tf.where(halveImages, best.gradient, gradient);

    const target = constraint.project(from.sub(constraint.direction(slope).mul(stepSize)), clean, epsilon);
    const share = tf.where(step.equal(0), tf.scalar(1), tf.scalar(NEW_SHARE));
    const momentum = from.sub(memory.previous).mul(tf.scalar(1).sub(share));
    const moved = from.add(target.sub(from).mul(share)).add(momentum);
    const next: ApgdMemory = {
      previous: from,
      stepSize,
      last: values,
      bestAtCheckpoint: tf.where(isCheckpoint, best.values, memory.bestAtCheckpoint),
      improvements: tf.where(isCheckpoint, tf.zerosLike(improvements), improvements),
      halved: tf.where(isCheckpoint, halve.cast('float32'), memory.halved),
    };
    return { images: constraint.project(moved, clean, epsilon), memory: next };
  },
  intervals(steps) {
    const result = Array.from({ length: steps }, () => 0);
    let [share, period, before] = [FIRST_PERIOD, FIRST_PERIOD, 0];
    const next = (): number => Math.ceil((share * steps) / 100);
    for (let at = next(); at < steps; at = next()) {
      if (at > before) result[at] = at - before;
      before = at;
      period = Math.max(period - PERIOD_DECREASE, LEAST_PERIOD);
      share += period;
    }
    return result;
  },
};
