import type { Random } from '../../base/random.ts';
import type { CompiledEmbedding } from '../../embedding/embed.ts';
import type { Backbone, Weights } from '../../embedding/types.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import { type BestAttack, compileBestAttack } from '../best.ts';
import type { AttackResult, Budget, Constants } from '../types.ts';
import { type CompiledAttack, compileAttack } from '../whole.ts';
import { constantSpecs } from './constant-specs.ts';
import { search } from './scene.ts';
import type { Attacked, Queries, RetrievalAttack, Scene, Targets } from './types.ts';

export interface Adversary {
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly weights: Weights;
  /** Gives embeddings as the metric compares them, weights built in. */
  readonly embedding: CompiledEmbedding;
  readonly budget: Budget;
}

export interface RunningAttack {
  /**
   * Attacks a batch of images; all are of the size of the first. `batch` numbers them, for what is drawn; `budget` has another
   * epsilon, other lengths of steps or fewer of them than the adversary's.
   */
  run(
    images: NdArray,
    queries: Queries,
    targets: Targets,
    batch?: number,
    budget?: Budget,
  ): Promise<Attacked & Pick<AttackResult, 'images' | 'trace' | 'values'>>;
  release(): Promise<void>;
}

/** Whether each image's best iterate counts, which is what several runs and steps of changing length are for. */
export function keepsBest({ keepBest = false, restarts = 1, stepRule = 'fixed', norm = 'linf' }: Budget): boolean {
  return keepBest || restarts > 1 || stepRule !== 'fixed' || norm !== 'linf';
}

/**
 * One attack of the suite on one scene; its program is compiled with the first batch.
 * @param random draws where further runs begin.
 */
export function startAttack(
  adversary: Adversary,
  scene: Scene,
  attack: RetrievalAttack,
  random: Random,
): RunningAttack {
  const { engine, backbone, weights, budget: most, embedding } = adversary;
  const options = (images: NdArray, constants: Constants) => ({
    count: images.shape[0] ?? 0,
    constants: constantSpecs(scene, attack, constants),
    weights,
    metric: scene.metric,
    steps: most.steps,
  });
  let last: CompiledAttack | undefined;
  let best: BestAttack | undefined;
  let batches = 0;
  const perturb = async (images: NdArray, constants: Constants, batch: number, budget: Budget) => {
    if (!keepsBest(most)) {
      const keepPrevious = scene.protocol === 'robrank';
      last ??= await compileAttack(engine, backbone, attack.objective, {
        ...options(images, constants),
        keepPrevious,
      });
      return last.run(images, constants, budget);
    }
    best ??= await compileBestAttack(engine, backbone, attack.objective, {
      ...options(images, constants),
      ...(most.norm && { norm: most.norm }),
      ...(most.stepRule && { stepRule: most.stepRule }),
    });
    return best.run(images, constants, budget, random.fork(`batch ${batch}`));
  };
  return {
    async run(images, queries, targets, batch = batches++, budget = most) {
      const result: AttackResult = await perturb(images, attack.constants(scene, queries, targets), batch, budget);
      const embeddings = await embedding.run({}, result.images);
      return {
        images: result.images,
        trace: result.trace,
        embeddings,
        distances: await search(scene, embeddings),
        ...(result.values !== undefined && { values: result.values }),
        ...(result.previous !== undefined && { previous: await embedding.run({}, result.previous) }),
      };
    },
    async release() {
      await last?.release();
      await best?.release();
      [last, best] = [undefined, undefined];
    },
  };
}
