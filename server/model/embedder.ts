import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { SERVING_FILE } from '../../embedding/files.ts';
import { createDeviceSession } from '../../engine/device-session.ts';
import { createSession, type Provider, RuntimeTensor, type Session } from '../../engine/onnxruntime.ts';
import { trialInputs } from '../../engine/trial.ts';
import type { Report } from '../../engine/types.ts';

/** The serving model of a version: pixels to unit embeddings. */
export interface Embedder {
  /** Pictures of size x size x channels bytes each. */
  embed(pixels: readonly Uint8Array[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Opens the `model.onnx` of a version folder. Only ONNX Runtime is loaded for it, so that a server is ready quickly.
 * @throws HoldfastError MODEL_DAMAGED
 */
export async function openEmbedder(
  directory: string,
  threads: number,
  provider: Provider = 'cpu',
  report: Report = () => undefined,
): Promise<Embedder> {
  const path = join(directory, SERVING_FILE);
  if (!existsSync(path)) throw new HoldfastError('MODEL_DAMAGED', `${path} is missing`);
  const session = await openSession(path, threads, provider, report).catch((cause: unknown) => {
    throw new HoldfastError('MODEL_DAMAGED', `${path} cannot be opened: ${String(cause)}`, { cause });
  });
  return {
    async embed(pixels) {
      const feeds = {
        images: new RuntimeTensor('float32', toImages(pixels), [pixels.length, ...shapeOfInput(session)]),
      };
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

/** On a GPU, once that has embedded a picture as the CPU does; on the CPU otherwise, which is reported. */
async function openSession(path: string, threads: number, provider: Provider, report: Report): Promise<Session> {
  const cpu = await createSession(path, threads);
  const [images] = cpu.inputMetadata;
  if (provider === 'cpu' || images === undefined || !images.isTensor) return cpu;
  const shape = shapeOfInput(cpu);
  await cpu.release();
  const one = trialInputs({ [images.name]: [1, ...shape] });
  const { session, refused } = await createDeviceSession(path, threads, provider, one);
  if (refused !== undefined) report(`pictures are embedded on the CPU, for ${provider} does not: ${refused}`);
  return session;
}

/** Height, width and channels of the pictures that a model takes. */
function shapeOfInput({ inputMetadata: [images] }: Session): number[] {
  return images?.isTensor === true ? images.shape.slice(1).map(Number) : [];
}

/** Bytes to pixels in [0,1], one picture after the other. */
function toImages(pixels: readonly Uint8Array[]): Float32Array {
  const size = pixels[0]?.length ?? 0;
  const data = new Float32Array(pixels.length * size);
  pixels.forEach((picture, row) => {
    if (picture.length !== size) throw new RangeError(`pictures of ${size} and of ${picture.length} bytes in one run`);
    for (let i = 0; i < size; i++) data[row * size + i] = (picture[i] as number) / 255;
  });
  return data;
}
