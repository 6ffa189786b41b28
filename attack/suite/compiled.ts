import type { CompiledEmbedding } from '../../embedding/embed.ts';
import type { Backbone, Weights } from '../../embedding/types.ts';
import { dtypeOf } from '../../engine/arrays.ts';
import type { Engine, InputSpec, NdArray } from '../../engine/types.ts';
import type { AttackResult, Budget, Constants } from '../types.ts';
import { type CompiledAttack, compileAttack } from '../whole.ts';
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
  /** Attacks a batch of images; all batches are of the size of the first. */
  run(images: NdArray, queries: Queries, targets: Targets): Promise<Attacked & Pick<AttackResult, 'images' | 'trace'>>;
  release(): Promise<void>;
}

const specOf = (array: NdArray): InputSpec => ({ shape: array.shape, dtype: dtypeOf(array) });

/** One attack of the suite on one scene; its program is compiled with the first batch. */
export function startAttack(adversary: Adversary, scene: Scene, attack: RetrievalAttack): RunningAttack {
  const { budget, embedding } = adversary;
  let program: CompiledAttack | undefined;
  const compileFor = (images: NdArray, constants: Constants): Promise<CompiledAttack> =>
    compileAttack(adversary.engine, adversary.backbone, attack.objective, {
      count: images.shape[0] ?? 0,
      constants: {
        ...attack.shared(scene),
        ...Object.fromEntries(Object.entries(constants).map(([name, array]) => [name, specOf(array)])),
      },
      weights: adversary.weights,
      metric: scene.metric,
      steps: budget.steps,
      keepPrevious: scene.protocol === 'robrank',
    });
  return {
    async run(images, queries, targets) {
      const constants = attack.constants(scene, queries, targets);
      program ??= await compileFor(images, constants);
      const result = await program.run(images, constants, budget);
      const embeddings = await embedding.run({}, result.images);
      return {
        images: result.images,
        trace: result.trace,
        embeddings,
        distances: await search(scene, embeddings),
        ...(result.previous !== undefined && { previous: await embedding.run({}, result.previous) }),
      };
    },
    async release() {
      await program?.release();
      program = undefined;
    },
  };
}
