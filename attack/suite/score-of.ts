import type * as tf from '@tensorflow/tfjs';
import type { CompiledEmbedding } from '../../embedding/embed.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import type { Score } from '../black-box/index.ts';
import type { TensorConstants } from '../types.ts';
import { constantSpecs } from './constant-specs.ts';
import { search } from './scene.ts';
import type { Queries, RetrievalAttack, Scene, Targets } from './types.ts';

/** Who answers, and what for: a batch of queries and the targets of an attack on them. */
export interface Asked {
  readonly engine: Engine;
  readonly embedding: CompiledEmbedding;
  readonly scene: Scene;
  readonly attack: RetrievalAttack;
  readonly queries: Queries;
  readonly targets: Targets;
}

/** What an adversary without gradients sees of an attack of the suite where the search tells distances: its objective. */
export async function distanceScore(asked: Asked): Promise<{ readonly score: Score; release(): Promise<void> }> {
  const { engine, embedding, scene, attack, queries, targets } = asked;
  const constants = attack.constants(scene, queries, targets);
  const evaluate = ({ embeddings, given }: { embeddings: tf.Tensor2D; given: TensorConstants }) => ({
    values: attack.objective.evaluate(embeddings, given, scene.metric) as tf.Tensor,
  });
  const program = await engine.compile(
    evaluate,
    { embeddings: queries.embeddings.shape, given: constantSpecs(scene, attack, constants) },
    { name: `score-${attack.id}` },
  );
  return {
    score: async (images: NdArray) =>
      (await program.run({ embeddings: await embedding.run({}, images), given: constants })).values.data,
    release: () => program.release(),
  };
}

/**
 * The same where the search tells no more than an order of results: the first measure of the attack.
 * @param lower whether the adversary wants it low, as a place that it wants to take.
 */
export function rankingScore({ embedding, scene, attack, queries, targets }: Asked, lower: boolean): Score {
  return async (images) => {
    const embeddings = await embedding.run({}, images);
    const attacked = { embeddings, distances: await search(scene, embeddings) };
    const [values = []] = Object.values(await attack.score(scene, queries, targets, attacked));
    return values.map((value) => (Number.isNaN(value) ? 0 : lower ? value : -value));
  };
}
