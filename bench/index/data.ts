import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/files.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { ExactIndex } from '../../index/index.ts';
import { K } from './types.ts';

/** Dimensions in which the vectors really vary, and clusters, as embeddings of a few thousand classes have them. */
const LATENT = 48;
const CLUSTERS = 2000;
/** Standard deviations around a cluster's centre, and of what is added to each number. */
const SPREAD = 0.7;
const NOISE = 0.1;
/** Vectors that are written at once. */
const CHUNK = 5000;

/** What a bench searches in, in files of one folder. */
export interface BenchData {
  readonly folder: string;
  readonly queriesFile: string;
  readonly count: number;
  readonly dimension: number;
  /** The `K` true neighbours of each query, as row numbers. */
  readonly truth: Int32Array;
}

/** Draws unit vectors: clusters on a latent space of 48 dimensions, lifted by a layer of tanh, with noise. */
export function vectorSource(dimension: number): (random: Random) => Float32Array {
  const random = createRandom(`bench index ${dimension}`);
  const normals = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => scale * random.normal());
  const weights = normals(dimension * LATENT, 1 / Math.sqrt(LATENT));
  const centres = normals(CLUSTERS * LATENT, 1);
  return (own) => {
    const cluster = own.integer(CLUSTERS) * LATENT;
    const latent = Float32Array.from(
      { length: LATENT },
      (_, i) => Number(centres[cluster + i]) + SPREAD * own.normal(),
    );
    const lifted = new Float32Array(dimension);
    let squares = 0;
    for (let row = 0; row < dimension; row++) {
      let sum = 0;
      for (let i = 0; i < LATENT; i++) sum += (weights[row * LATENT + i] as number) * (latent[i] as number);
      const value = Math.tanh(sum) + NOISE * own.normal();
      lifted[row] = value;
      squares += value * value;
    }
    return lifted.map((value) => value / Math.sqrt(squares));
  };
}

/** The vectors, queries and true neighbours of a size, made once. A smaller set of vectors is the beginning of a larger one. */
export function benchData(root: string, count: number, dimension: number, queries: number): BenchData {
  const folder = join(root, `${count}x${dimension}`);
  mkdirSync(folder, { recursive: true });
  const draw = vectorSource(dimension);
  writeVectors(join(folder, 'vectors.f32'), count, draw, createRandom('gallery'));
  const queriesFile = join(folder, `queries-${queries}.f32`);
  writeVectors(queriesFile, queries, draw, createRandom('queries'));
  const truthFile = join(folder, `truth-${queries}.i32`);
  if (!existsSync(truthFile)) writeFileAtomic(truthFile, trueNeighbours(folder, queriesFile, count, dimension));
  return { folder, queriesFile, count, dimension, truth: new Int32Array(bytesOf(truthFile)) };
}

/** The rows of a file of vectors. */
export function readVectors(path: string, dimension: number): Float32Array[] {
  const all = new Float32Array(bytesOf(path));
  return Array.from({ length: all.length / dimension }, (_, row) =>
    all.subarray(row * dimension, (row + 1) * dimension),
  );
}

function bytesOf(path: string): ArrayBuffer {
  return Uint8Array.from(readFileSync(path)).buffer;
}

function writeVectors(path: string, count: number, draw: (random: Random) => Float32Array, random: Random): void {
  if (existsSync(path)) return;
  const file = openSync(`${path}.part`, 'w');
  for (let done = 0; done < count; done += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, count - done) }, () => draw(random));
    writeSync(file, Buffer.concat(rows.map((row) => new Uint8Array(row.buffer))));
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
}

function trueNeighbours(folder: string, queriesFile: string, count: number, dimension: number): Uint8Array {
  const exact = new ExactIndex(dimension, count);
  for (const [row, vector] of readVectors(join(folder, 'vectors.f32'), dimension).entries()) exact.add(row, vector);
  const truth = readVectors(queriesFile, dimension).flatMap((query) =>
    exact.nearest(query, K).map(({ label }) => label),
  );
  return new Uint8Array(Int32Array.from(truth).buffer);
}
