import { eachBatch } from '../../attack/suite/attack-all.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Evidence } from '../evidence.ts';
import type { Subject } from '../types.ts';

/** How far the embeddings of the sample are from being the same twice, and the same alone as among others. */
export async function repeat(subject: Subject): Promise<Evidence['repeat']> {
  const { engine, backbone, weights, scene, embedding, sample, count, signal, images } = subject;
  const single = await compileEmbedding(engine, backbone, 1, { weights, unit: scene.metric !== 'E' });
  let [again, alone] = [0, 0];
  try {
    await eachBatch(scene, { queries: sample, count, signal }, async (_queries, rows) => {
      const pictures = await images(rows);
      const first = await embedding.run({}, pictures);
      again = Math.max(again, largestDifference(first, await embedding.run({}, pictures)));
      alone = Math.max(alone, largestDifference(first, await single.run({}, pictures)));
    });
  } finally {
    await single.release();
  }
  return { again, alone };
}

/** NaN where a number is none. */
function largestDifference(a: NdArray, b: NdArray): number {
  let largest = 0;
  a.data.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value - (b.data[i] as number)));
  });
  return largest;
}
