import { describe, expect, it } from 'vitest';
import { kMeans, normalisedMutualInformation } from '../../../attack/metrics/index.ts';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { createEngine } from '../../../engine/index.ts';
import { golden, type Matrix, type Vector } from '../support/golden.ts';
import { array } from '../support/tensors.ts';

interface Metrics {
  readonly nmi_given_clusters: readonly { readonly labels: Vector; readonly clusters: Vector; readonly nmi: number }[];
  readonly nmi_kmeans: {
    readonly embeddings: Matrix;
    readonly labels: Vector;
    readonly k: number;
    readonly natural_partition: Vector;
    readonly nmi_reference_faiss: number;
  };
}

const reference = golden<Metrics>('metrics');

describe('normalised mutual information', () => {
  it('is that of the reference', () => {
    expect(reference.nmi_given_clusters.length).toBeGreaterThan(3);
    for (const { labels, clusters, nmi } of reference.nmi_given_clusters)
      expect(Math.abs(normalisedMutualInformation(labels, clusters) - nmi)).toBeLessThanOrEqual(1e-9 * nmi + 1e-12);
  });

  it('does not depend on the names of clusters, and is 1 for the same partition', () => {
    expect(normalisedMutualInformation([0, 0, 1, 2], [7, 7, 3, -1])).toBeCloseTo(1, 12);
    expect(normalisedMutualInformation([4, 4], [1, 1])).toBe(1);
    expect(normalisedMutualInformation([0, 0, 1, 1], [0, 1, 0, 1])).toBe(0);
  });
});

/** Points around corners of a cube, far apart. */
function blobs(count: number, k: number, dimension: number, seed: number) {
  const random = createRandom(seed);
  const centres = Array.from({ length: k }, () => Array.from({ length: dimension }, () => 10 * random.normal()));
  const labels = Array.from({ length: count }, (_, i) => i % k);
  const data = labels.flatMap((label) => (centres[label] ?? []).map((value) => value + 0.1 * random.normal()));
  return { rows: ndarray(Float32Array.from(data), [count, dimension]), labels };
}

describe('k-means', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('finds the natural partition of the reference from some start, and its agreement', async () => {
    const { embeddings, labels, k, natural_partition, nmi_reference_faiss } = reference.nmi_kmeans;
    const runs: Int32Array[] = [];
    for (const seed of [0, 1, 2, 3, 4]) runs.push(await kMeans(engine, array(embeddings), k, createRandom(seed)));
    const natural = runs.find((clusters) => normalisedMutualInformation(natural_partition, clusters) > 1 - 1e-9);
    expect(natural).toBeDefined();
    expect(normalisedMutualInformation(labels, natural ?? [])).toBeCloseTo(nmi_reference_faiss, 9);
  });

  it('leaves no point nearer to the mean of another cluster', async () => {
    const { rows } = blobs(90, 7, 5, 3);
    const clusters = await kMeans(engine, rows, 5, createRandom(1));
    const means = Array.from({ length: 5 }, (_, c) => {
      const own = [...clusters.keys()].filter((i) => clusters[i] === c);
      return [0, 1, 2, 3, 4].map((d) => own.reduce((sum, i) => sum + (rows.data[i * 5 + d] as number), 0) / own.length);
    });
    const distance = (i: number, c: number): number =>
      Math.hypot(...(means[c] ?? []).map((value, d) => value - (rows.data[i * 5 + d] as number)));
    for (let i = 0; i < 90; i++)
      for (let c = 0; c < 5; c++) expect(distance(i, clusters[i] as number)).toBeLessThanOrEqual(distance(i, c) + 1e-5);
  });

  it('leaves no cluster empty though points are the same', async () => {
    const data = Float32Array.from([...Array(30).fill(1), ...Array(30).fill(2), 5, 5, 5]);
    const clusters = await kMeans(engine, ndarray(data, [21, 3]), 3, createRandom(2));
    expect(new Set(clusters).size).toBe(3);
  });

  it('trains on a part of a large set, and is the same for the same seed', async () => {
    const { rows, labels } = blobs(2000, 3, 4, 9);
    const clusters = await kMeans(engine, rows, 3, createRandom(4));
    expect(clusters).toEqual(await kMeans(engine, rows, 3, createRandom(4)));
    expect(normalisedMutualInformation(labels, clusters)).toBeGreaterThan(0.5);
  });

  it('takes 10,000 rows of 512 dimensions in seconds', async () => {
    const random = createRandom(1);
    const rows = ndarray(
      Float32Array.from({ length: 10_000 * 512 }, () => random.uniform()),
      [10_000, 512],
    );
    const start = process.cpuUsage();
    await kMeans(engine, rows, 10, random);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(30);
  });

  it('takes 5,000 classes of 10,000 rows in seconds', async () => {
    const { rows, labels } = blobs(10_000, 5000, 64, 5);
    const start = process.cpuUsage();
    const clusters = await kMeans(engine, rows, 5000, createRandom(1));
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(30);
    expect(normalisedMutualInformation(labels, clusters)).toBeGreaterThan(0.8);
  });

  it('refuses more clusters than rows', async () => {
    await expect(kMeans(engine, blobs(3, 2, 2, 1).rows, 4, createRandom(1))).rejects.toThrow('4 clusters of 3 rows');
  });
});
