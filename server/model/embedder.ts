import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { SERVING_FILE } from '../../embedding/files.ts';
import { createSession, type Provider, RuntimeTensor } from '../../engine/onnxruntime.ts';

/** The serving model of a version: pixels to unit embeddings. */
export interface Embedder {
  /** Pictures of size x size x 3 bytes each. */
  embed(pixels: readonly Uint8Array[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Opens the `model.onnx` of a version folder. Only ONNX Runtime is loaded for it, so that a server is ready quickly.
 * @throws HoldfastError MODEL_DAMAGED
 */
export async function openEmbedder(directory: string, threads: number, provider: Provider = 'cpu'): Promise<Embedder> {
  const path = join(directory, SERVING_FILE);
  if (!existsSync(path)) throw new HoldfastError('MODEL_DAMAGED', `${path} is missing`);
  const session = await createSession(path, threads, provider).catch((cause: unknown) => {
    throw new HoldfastError('MODEL_DAMAGED', `${path} cannot be opened: ${String(cause)}`, { cause });
  });
  return {
    async embed(pixels) {
      const { data, side } = toImages(pixels);
      const feeds = { images: new RuntimeTensor('float32', data, [pixels.length, side, side, 3]) };
      const { embeddings } = await session.run(feeds, ['embeddings']);
      if (embeddings === undefined || !(embeddings.data instanceof Float32Array)) {
        throw new HoldfastError('MODEL_DAMAGED', `${path} does not give "embeddings" of type float32`);
      }
      const all = embeddings.data;
      const dimension = all.length / pixels.length;
      return pixels.map((_, row) => all.slice(row * dimension, (row + 1) * dimension));
    },
    release: () => session.release(),
  };
}

/** Bytes to pixels in [0,1], one picture after the other, and the side of each. */
function toImages(pixels: readonly Uint8Array[]): { data: Float32Array; side: number } {
  const size = pixels[0]?.length ?? 0;
  const data = new Float32Array(pixels.length * size);
  pixels.forEach((picture, row) => {
    if (picture.length !== size) throw new RangeError(`pictures of ${size} and of ${picture.length} bytes in one run`);
    for (let i = 0; i < size; i++) data[row * size + i] = (picture[i] as number) / 255;
  });
  return { data, side: Math.sqrt(size / 3) };
}
