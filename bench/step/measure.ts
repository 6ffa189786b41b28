import { createRandom } from '../../base/random.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import type { Backbone } from '../../embedding/types.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { Engine } from '../../engine/types.ts';
import { chunkOf } from '../../trainer/chunk.ts';
import { interleave } from '../harness.ts';
import { ownKernels } from '../kernels.ts';
import { neededPasses } from './arithmetic.ts';
import { pairsOfNoise } from './batches.ts';
import { type Cost, costOf, rate, scheduleCost } from './figures.ts';
import { meteredEngine } from './meter.ts';
import type { StepNetwork } from './networks.ts';
import { catrideUpdates, type Update } from './update.ts';

const WARMUP = 1;

/** What is timed: both turns, and one in the first epoch, whose attack has steps of no size. */
const KINDS = [
  { name: 'candidates', turn: 'candidates', epoch: 'later' },
  { name: 'anchors', turn: 'anchors', epoch: 'later' },
  { name: 'first epoch', turn: 'candidates', epoch: 'first' },
] as const;

/** Multiply-adds of the forward pass of one image. */
async function forwardWork(engine: Engine, backbone: Backbone): Promise<number> {
  const meter = meteredEngine(engine);
  const program = await compileEmbedding(meter.engine, backbone, 1);
  const { images } = pairsOfNoise(backbone, 1, createRandom('one'));
  await program.run(backbone.init(createRandom('bench')), takeRows(images, [0]));
  await program.release();
  return meter.take().reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
}

/**
 * Updates of each kind in turn, and ONNX Runtime's own kernels between them, so that a machine that slows down slows all.
 * `reachable` is what those reach in the forward pass, in GFLOP/s.
 */
export async function measureUpdates(
  engine: Engine,
  { backbone, recipe }: StepNetwork,
  pairs: number,
  rounds: number,
): Promise<{ readonly costs: readonly Cost[]; readonly reachable: number }> {
  const batch = pairsOfNoise(backbone, pairs, createRandom('noise'));
  const updates = catrideUpdates(engine, backbone, recipe);
  const some = Array.from({ length: Math.min(2 * pairs, chunkOf(backbone)) }, (_, row) => row);
  const own = await ownKernels(backbone, updates.weights, takeRows(batch.images, some), engine.threads);
  const seen = KINDS.map((): Update[] => []);
  const contenders = KINDS.map(({ name, turn, epoch }, i) => ({
    name,
    run: async () => seen[i]?.push(await updates.run(turn, epoch, batch)),
  }));
  await interleave([...contenders, { name: 'own', run: () => own.run() }], rounds, WARMUP);
  const kernels = await own.finish(WARMUP);
  await updates.release();

  const forward = await forwardWork(engine, backbone);
  const costs = KINDS.map(({ name, turn }, i) =>
    costOf(name, (seen[i] as Update[]).slice(WARMUP), forward, neededPasses(turn, pairs)),
  );
  const [candidates, anchors, first] = costs as [Cost, Cost, Cost];
  return {
    costs: [...costs, scheduleCost(recipe.train.epochs, candidates, anchors, first)],
    reachable: rate(forward * some.length, kernels / 1000),
  };
}
