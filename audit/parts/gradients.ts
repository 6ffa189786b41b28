import { type CompiledGradient, compileGradient } from '../../attack/gradient.ts';
import { eachBatch } from '../../attack/suite/attack-all.ts';
import { constantSpecs } from '../../attack/suite/constant-specs.ts';
import { type GradientCount, type RecallAttack, recallAttacks } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { attackOf } from './recall.ts';

/** On how many clean images of the sample the first step of each attack has a gradient to follow. */
export async function gradients(
  subject: Subject,
  attacks: readonly RecallAttack[] = recallAttacks,
): Promise<GradientCount[]> {
  const counts: GradientCount[] = [];
  for (const attack of attacks) counts.push(await gradientCount(subject, attack));
  return counts;
}

async function gradientCount(subject: Subject, id: RecallAttack): Promise<GradientCount> {
  const { engine, backbone, weights, scene, sample, count, signal, random, images } = subject;
  const attack = attackOf[id];
  const draws = random.fork(id);
  let [finite, nonZero] = [0, 0];
  let program: CompiledGradient | undefined;
  try {
    await eachBatch(scene, { queries: sample, count, signal }, async (queries, rows, size) => {
      const constants = attack.constants(scene, queries, attack.choose(scene, queries, draws));
      const specs = { count, constants: constantSpecs(scene, attack, constants), weights, metric: scene.metric };
      program ??= await compileGradient(engine, backbone, attack.objective, specs);
      const { data } = await program.run(await images(rows), constants);
      const length = data.length / rows.length;
      for (let i = 0; i < size; i++) {
        const gradient = data.subarray(i * length, (i + 1) * length);
        if (gradient.every(Number.isFinite)) finite++;
        if (gradient.some((value) => value !== 0)) nonZero++;
      }
    });
  } finally {
    await program?.release();
  }
  return { attack: id, inputs: sample.length, finite, nonZero };
}
