import { HoldfastError } from '../../base/errors.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import type { Engine } from '../../engine/types.ts';
import { emoji } from '../../trainer/data/emoji.ts';

const CHUNK = 64;

/** The demonstration gallery, embedded. */
export interface Scene {
  readonly count: number;
  readonly labels: Int32Array;
  /** A picture's pixels in 0..255. */
  pixels(row: number): Uint8Array;
  embedding(row: number): Float32Array;
  /** count x D, unit length. */
  readonly embeddings: Float32Array;
}

/** @throws HoldfastError DATA_MISSING without the emoji packages */
export async function loadScene(engine: Engine, model: ModelVersion, cache: string): Promise<Scene> {
  const { backbone, weights } = model;
  const { size, channels, dimension } = backbone;
  const { labels, pictures } = (await emoji.load({ size, channels, cache })).test;
  if (pictures.kind !== 'bytes') throw new HoldfastError('INTERNAL', 'the drawings are not held as bytes');
  const length = size * size * channels;
  const all = Float32Array.from(pictures.bytes, (value) => value / 255);
  const program = await compileEmbedding(engine, backbone, CHUNK, { weights, unit: true });
  const { data } = await program.run({}, { shape: [labels.length, size, size, channels], data: all });
  await program.release();
  const embeddings = Float32Array.from(data);
  return {
    count: labels.length,
    labels,
    embeddings,
    pixels: (row) => pictures.bytes.slice(row * length, (row + 1) * length),
    embedding: (row) => embeddings.slice(row * dimension, (row + 1) * dimension),
  };
}

/** The `count` nearest rows to a row, itself left out. */
export function nearestTo(scene: Scene, row: number, count: number): number[] {
  const query = scene.embedding(row);
  const products = Array.from({ length: scene.count }, (_, other) => {
    let sum = 0;
    for (let i = 0; i < query.length; i++)
      sum += (query[i] as number) * (scene.embeddings[other * query.length + i] as number);
    return { other, sum };
  });
  return products
    .filter(({ other }) => other !== row)
    .sort((a, b) => b.sum - a.sum)
    .slice(0, count)
    .map(({ other }) => other);
}
