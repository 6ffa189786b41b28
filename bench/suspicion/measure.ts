import { positionOf } from '../../attack/metrics/order.ts';
import { movementsOf, withCopies } from '../../attack/suspicion/movements.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import { toPixels } from '../../embedding/preprocess.ts';
import type { Backbone, ModelVersion } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { Engine } from '../../engine/types.ts';
import type { Scene } from '../calibration/scene.ts';
import type { Attacked } from './attacks.ts';

const CHUNK = 64;

/** What the server computes of pictures, many at once. */
export interface Meter {
  embed(pictures: readonly Uint8Array[]): Promise<Float32Array[]>;
  movements(pictures: readonly Uint8Array[]): Promise<number[][]>;
  release(): Promise<void>;
}

export async function createMeter(engine: Engine, { backbone, weights }: ModelVersion): Promise<Meter> {
  const program = await compileEmbedding(engine, backbone, CHUNK, { weights, unit: true });
  const embed = async (pictures: readonly Uint8Array[]): Promise<Float32Array[]> => {
    const { data } = await program.run({}, imagesOf(pictures, backbone));
    const { dimension } = backbone;
    return pictures.map((_, i) => Float32Array.from(data.slice(i * dimension, (i + 1) * dimension)));
  };
  return {
    embed,
    async movements(pictures) {
      const found: number[][] = [];
      for (let from = 0; from < pictures.length; from += CHUNK) {
        const sets = await Promise.all(
          pictures.slice(from, from + CHUNK).map((picture) => withCopies(picture, backbone)),
        );
        const embeddings = await embed(sets.flat());
        const copies = sets[0]?.length ?? 1;
        for (let i = 0; i < sets.length; i++) found.push(movementsOf(embeddings.slice(i * copies, (i + 1) * copies)));
      }
      return found;
    },
    release: () => program.release(),
  };
}

function imagesOf(pictures: readonly Uint8Array[], { size, channels }: Backbone) {
  const length = size * size * channels;
  const data = new Float32Array(pictures.length * length);
  for (const [i, picture] of pictures.entries()) data.set(toPixels(picture), i * length);
  return ndarray(data, [pictures.length, size, size, channels]);
}

/**
 * What an attack has done to a query: how far its embedding went (0 to 2), or, of a query attack, the place of the candidate as a
 * share of the gallery.
 */
export function harmOf(scene: Scene, { row, candidate }: Attacked, embedding: Float32Array): number {
  if (candidate === undefined) {
    const clean = scene.embedding(row);
    return Math.hypot(...embedding.map((value, i) => value - (clean[i] as number)));
  }
  const distances = Float32Array.from({ length: scene.count }, (_, other) => {
    let product = 0;
    for (let i = 0; i < embedding.length; i++) {
      product += (embedding[i] as number) * (scene.embeddings[other * embedding.length + i] as number);
    }
    return other === row ? Number.POSITIVE_INFINITY : -product;
  });
  return positionOf(distances, candidate) / (scene.count - 1);
}
