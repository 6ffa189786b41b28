import type * as tf from '@tensorflow/tfjs';
import { compileStep } from '../attack/pgd.ts';
import type { Objective } from '../attack/types.ts';
import { compileAttack } from '../attack/whole.ts';
import { createRandom } from '../base/random.ts';
import { c2f2 } from '../embedding/backbones/c2f2.ts';
import { compact } from '../embedding/backbones/compact.ts';
import { resnet18 } from '../embedding/backbones/resnet.ts';
import type { Backbone, TensorWeights } from '../embedding/types.ts';
import { ndarray, sizeOf } from '../engine/arrays.ts';
import { createEngine } from '../engine/index.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { type BatchLoss, compileUpdate, newLearner } from '../trainer/update.ts';
import { interleave, type Report } from './harness.ts';
import { ownKernels } from './kernels.ts';

/** What is timed: the networks of the project, each with a batch that takes about a second. */
const NETWORKS: readonly { readonly backbone: Backbone; readonly images: number; readonly rounds: number }[] = [
  { backbone: compact, images: 112, rounds: 25 },
  { backbone: c2f2, images: 128, rounds: 25 },
  { backbone: resnet18(64), images: 64, rounds: 9 },
  { backbone: resnet18(224), images: 8, rounds: 9 },
];
const WARMUP = 2;
/** Steps of a whole attack, each of which is reported. */
const STEPS = 8;

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

/** A program that is timed; `multiplyAdds` are those of one of the `times` parts that a run has. */
interface Contender {
  readonly name: string;
  readonly program: { readonly multiplyAdds: number; release(): Promise<void> };
  run(): Promise<unknown>;
  readonly times?: number;
}

/** The compiled programs of a network, and how long the one of the training step took to compile. */
async function programsOf(engine: Engine, backbone: Backbone, count: number) {
  const random = createRandom('bench');
  const weights = backbone.init(random);
  const shape = [count, backbone.size, backbone.size, backbone.channels];
  const fill = (sizes: readonly number[], draw: () => number): NdArray =>
    ndarray(Float32Array.from({ length: sizeOf(sizes) }, draw), sizes);
  const images = fill(shape, () => random.uniform());
  const clean = fill([count, backbone.dimension], () => random.normal());

  const embed = ({ x, w }: { x: tf.Tensor4D; w: TensorWeights }) => ({ embeddings: backbone.forward(w, x) });
  const serving = await engine.compile(embed, { x: shape, w: weights });
  const training = await engine.compile(embed, { x: shape, w: backbone.parameters });
  const constants = { clean: clean.shape };
  const step = await compileStep(engine, backbone, away, { count, constants });
  const whole = await compileAttack(engine, backbone, away, { count, constants, steps: STEPS });
  const loss: BatchLoss = (embed, { x }) =>
    embed(x as tf.Tensor)
      .square()
      .mean();
  const started = performance.now();
  const update = await compileUpdate(engine, loss, backbone, { x: shape }, { weightDecay: 4e-4, name: 'update' });
  const compileSeconds = (performance.now() - started) / 1000;

  const learner = newLearner(weights);
  const budget = { epsilon: 8 / 255, alpha: 1 / 255, steps: STEPS };
  const attack = { images, clean: images, epsilon: budget.epsilon, stepSize: budget.alpha, constants: { clean } };
  const takeStep = step.withWeights(weights);
  const contenders: Contender[] = [
    { name: 'forward, weights built in', program: serving, run: () => serving.run({ x: images }) },
    { name: 'forward', program: training, run: () => training.run({ x: images, w: weights }) },
    { name: 'PGD step', program: step, run: () => takeStep(attack) },
    {
      name: `PGD step, one of ${STEPS} in a program`,
      program: whole,
      run: () => whole.run(images, { clean }, budget, weights),
      times: STEPS,
    },
    { name: 'training step', program: update, run: () => update.run(learner, { x: images }, 1e-3) },
  ];
  return { contenders, weights, images, compileSeconds };
}

async function benchNetwork(engine: Engine, { backbone, images: count, rounds }: (typeof NETWORKS)[number]) {
  const { contenders, weights, images, compileSeconds } = await programsOf(engine, backbone, count);
  const own = await ownKernels(backbone, weights, images, engine.threads);
  const timings = await interleave([...contenders, { name: 'own', run: () => own.run() }], rounds, WARMUP);
  const kernels = await own.finish(WARMUP);
  const rate = (multiplyAdds: number, milliseconds: number): number => (2 * multiplyAdds) / milliseconds / 1e6;
  const forward = contenders[1]?.program.multiplyAdds ?? 0;
  const reached = rate(forward, kernels);
  const rows = contenders.map(({ name, program, times = 1 }, i) => {
    const { median, low, high } = timings[i] as (typeof timings)[number];
    const timing = { median: median / times, low: low / times, high: high / times };
    return { name, timing, rate: rate(program.multiplyAdds, timing.median) };
  });
  for (const { program } of contenders) await program.release();
  const title = `${backbone.name} ${backbone.size} x ${backbone.size}, ${count} images`;
  return {
    rows: [
      ...rows.map(({ name, timing, rate: speed }, i) => [
        i === 0 ? title : '',
        name,
        timing.median.toFixed(1),
        `${timing.low.toFixed(1)}-${timing.high.toFixed(1)}`,
        speed.toFixed(0),
        `${((100 * speed) / reached).toFixed(0)} %`,
      ]),
      ['', 'Conv and Gemm of ONNX Runtime alone', kernels.toFixed(1), '', reached.toFixed(0), '100 %'],
      ['', 'compiling the training step', (1000 * compileSeconds).toFixed(0), '', '', ''],
    ],
    figures: Object.fromEntries([
      ...rows.flatMap(({ name, timing, rate: speed }) => [
        [`${title}, ${name}, ms`, Number(timing.median.toFixed(2))],
        [`${title}, ${name}, GFLOP/s`, Number(speed.toFixed(1))],
        [`${title}, ${name}, share`, Number((speed / reached).toFixed(3))],
      ]),
      [`${title}, Conv and Gemm of ONNX Runtime, GFLOP/s`, Number(reached.toFixed(1))],
      [`${title}, compiling the training step, s`, Number(compileSeconds.toFixed(2))],
    ]),
  };
}

/**
 * Forward pass, PGD step (forward pass and gradient of the pixels) and training step (all gradients and Adam) of each
 * network: multiply-adds per second, and that as a share of what ONNX Runtime's own convolutions and matrix products
 * reach in the forward pass of the same network, with weights built in and everything else taken out.
 */
export async function benchEngine(): Promise<Report> {
  const engine = await createEngine({ device: 'cpu' });
  const results = [];
  for (const network of NETWORKS) results.push(await benchNetwork(engine, network));
  return {
    name: `compiled programs, ${engine.device}, ${engine.threads} threads; weights are passed in unless it is said that they are built in`,
    rows: [['', '', 'ms', '10-90 %', 'GFLOP/s', 'of Conv'], ...results.flatMap(({ rows }) => rows)],
    figures: Object.assign({}, ...results.map(({ figures }) => figures)),
  };
}
