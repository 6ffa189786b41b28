import { movementsOf, withCopies } from '../../attack/suspicion/movements.ts';
import { HoldfastError } from '../../base/errors.ts';
import { combineQueries } from '../../index/index.ts';
import type { FetchPicture } from '../fetch/fetch-picture.ts';
import type { Services } from '../lifecycle.ts';
import { readPixels } from '../picture.ts';
import type { Example, Source } from './example.ts';

/** An example as the network sees it, or its embedding where that is what was sent. */
export type ReadExample = { readonly weight: number } & (
  | { readonly pixels: Uint8Array }
  | { readonly vector: Float32Array }
);

/** What a search goes by: one unit vector. */
export interface Query {
  readonly vector: Float32Array;
  /** Where it is that of a single picture. */
  readonly pixels: Uint8Array | undefined;
  /** How far the embedding of that picture moves with its transformed copies, where they were embedded too. */
  readonly movements: readonly number[] | undefined;
}

export interface ReadOptions {
  /** Whether the pixels of stored records are needed. Without, the stored embedding of a whole picture is taken as it is. */
  readonly pixels: boolean;
  readonly signal: AbortSignal;
}

/**
 * The pictures of the examples, decoded one after the other; vectors at unit length.
 * @throws HoldfastError those of `readPixels` and `FetchPicture`; RECORD_UNKNOWN, VECTOR_INVALID; the signal's reason
 */
export async function readExamples(
  examples: readonly Example[],
  { gallery, manifest }: Services,
  fetchPicture: FetchPicture,
  { pixels, signal }: ReadOptions,
): Promise<ReadExample[]> {
  const stored = async <T>(id: string, look: (id: string) => Promise<T | undefined>): Promise<T> => {
    const found = await look(id);
    if (found === undefined) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
    return found;
  };
  const bytesOf = async (source: Exclude<Source, { vector: unknown }>): Promise<Uint8Array> => {
    if ('image' in source) return source.image;
    if ('url' in source) return fetchPicture(source.url, signal);
    return (await stored(source.id, (id) => gallery.image(id))).bytes;
  };
  const read: ReadExample[] = [];
  for (const { source, crop, weight } of examples) {
    signal.throwIfAborted();
    if ('vector' in source) read.push({ weight, vector: combineQueries([asPart(source.vector)], manifest.dimension) });
    else if ('id' in source && !pixels && crop === undefined)
      read.push({ weight, vector: await stored(source.id, (id) => gallery.vector(id)) });
    else read.push({ weight, pixels: await readPixels(await bytesOf(source), manifest.preprocessing, crop) });
  }
  return read;
}

/** @param model that the vectors of a search are of, where it was said. @throws HoldfastError MODEL_MISMATCH */
export function refuseOtherModel(model: string | undefined, { version }: Services['manifest']): void {
  if (model === undefined || model === version) return;
  throw new HoldfastError('MODEL_MISMATCH', `the vectors are of ${model}, and ${version} is served`);
}

function asPart(vector: readonly number[]) {
  return { vector: Float32Array.from(vector), weight: 1 };
}

/**
 * Embeds the pictures and adds all up. @param moved whether to embed the transformed copies of a single picture in the same pass
 * @throws HoldfastError VECTOR_INVALID when they cancel out; the signal's reason
 */
export async function combineExamples(
  examples: readonly ReadExample[],
  { model, manifest }: Services,
  moved: boolean,
  signal: AbortSignal,
): Promise<Query> {
  let movements: readonly number[] | undefined;
  const parts = await Promise.all(
    examples.map(async (example) => {
      if ('vector' in example) return example;
      const pictures = moved ? await withCopies(example.pixels, manifest.preprocessing) : [example.pixels];
      const embeddings = await model.embed(pictures, { signal });
      if (moved) movements = movementsOf(embeddings);
      return { weight: example.weight, vector: embeddings[0] ?? new Float32Array() };
    }),
  );
  const [only, ...others] = examples;
  const pixels = only !== undefined && others.length === 0 && 'pixels' in only ? only.pixels : undefined;
  const [part] = parts;
  // A single embedding is taken as it is, to the last bit.
  if (part !== undefined && parts.length === 1 && part.weight === 1) return { vector: part.vector, pixels, movements };
  return { vector: combineQueries(parts, manifest.dimension), pixels, movements };
}
