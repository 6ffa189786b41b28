import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { ExactIndex } from '../../index/exact.ts';
import { Graph } from '../../index/graph.ts';
import { codeOf, temporaryFolders } from './support/galleries.ts';
import { clusteredUnits, randomUnits } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 16;

function filled(count: number, seed = 'graph'): { graph: Graph; vectors: Float32Array[] } {
  const graph = Graph.create(DIMENSION);
  const vectors = randomUnits(createRandom(seed), count, DIMENSION);
  vectors.forEach((vector, label) => {
    graph.add(label, vector);
  });
  return { graph, vectors };
}

describe('the graph beside its exact twin', () => {
  const random = createRandom('recall');
  const draw = clusteredUnits(random, 64, 100);
  const vectors = draw(5000);
  const graph = Graph.create(64);
  const exact = new ExactIndex(64, vectors.length);
  vectors.forEach((vector, label) => {
    graph.add(label, vector);
    exact.add(label, vector);
  });

  /** The share of the true ten nearest that the graph proposes. */
  function recall(queries: readonly Float32Array[]): number {
    let found = 0;
    for (const query of queries) {
      const proposed = new Set(graph.candidates(query, 10));
      found += exact.nearest(query, 10).filter(({ label }) => proposed.has(label)).length;
    }
    return found / (10 * queries.length);
  }

  it('proposes at least 98 % of the true ten nearest among 5,000 clustered vectors', () => {
    expect(recall(draw(100))).toBeGreaterThanOrEqual(0.98);
    expect(recall(vectors.slice(0, 100))).toBeGreaterThanOrEqual(0.98);
  });

  // Queries that belong to no cluster have no clear neighbours: the walk of 64 candidates finds fewer of them.
  it('proposes at least 90 % for queries far from every cluster', () => {
    expect(recall(randomUnits(random, 100, 64))).toBeGreaterThanOrEqual(0.9);
  });

  it('grows past the room it was made with', () => {
    const { graph, vectors } = filled(2500);
    expect(graph.size).toBe(2500);
    const last = vectors.at(-1) ?? new Float32Array(DIMENSION);
    expect(graph.candidates(last, 1)).toContain(2499);
  });

  it('leaves out of what it proposes only what cannot be among the nearest', () => {
    for (const query of [...draw(30), ...randomUnits(random, 30, 64)]) {
      for (const [k, ef] of [
        [1, 128],
        [10, 10],
        [10, 128],
        [50, 55],
      ] as const) {
        const closest = graph.closest(query, k, ef);
        const ofAll = exact.nearest(query, k, graph.candidates(query, k, ef));
        expect(exact.nearest(query, k, closest)).toEqual(ofAll);
        expect(closest.length).toBeLessThanOrEqual(k + 8);
      }
    }
  });

  it('leaves none out of many that are as far', () => {
    const same = Graph.create(DIMENSION);
    const [vector = new Float32Array(DIMENSION), ...others] = randomUnits(random, 300, DIMENSION);
    others.forEach((other, label) => {
      same.add(label, label < 60 ? vector : other);
    });
    const closest = new Set(same.closest(vector, 3));
    for (const label of Array(60).keys()) expect(closest).toContain(label);
  });

  it('proposes no more than there are, and nothing when empty', () => {
    expect(Graph.create(DIMENSION).candidates(new Float32Array(DIMENSION), 5)).toEqual([]);
    expect(Graph.create(DIMENSION).closest(new Float32Array(DIMENSION), 5)).toEqual([]);
    const { graph, vectors } = filled(3);
    expect(graph.closest(vectors[0] ?? new Float32Array(DIMENSION), 50).sort()).toEqual([0, 1, 2]);
    expect(graph.candidates(vectors[0] ?? new Float32Array(DIMENSION), 50).sort()).toEqual([0, 1, 2]);
  });
});

describe('tombstones', () => {
  it('are not proposed, and are counted as waste', () => {
    const { graph, vectors } = filled(100);
    for (let label = 0; label < 40; label++) graph.remove(label);
    expect(graph.wasted).toBeCloseTo(0.4);
    expect(graph.has(0)).toBe(false);
    expect(graph.has(40)).toBe(true);
    expect(graph.liveLabels()).toHaveLength(60);
    for (const vector of vectors.slice(0, 40)) {
      for (const label of graph.candidates(vector, 10)) expect(label).toBeGreaterThanOrEqual(40);
    }
  });

  it('of a whole graph leave no candidates', () => {
    const { graph, vectors } = filled(20);
    for (let label = 0; label < 20; label++) graph.remove(label);
    expect(graph.candidates(vectors[0] ?? new Float32Array(DIMENSION), 5)).toEqual([]);
    expect(graph.wasted).toBe(1);
  });

  it('there are none in an empty graph', () => {
    expect(Graph.create(DIMENSION).wasted).toBe(0);
  });
});

describe('a snapshot of the graph', () => {
  it('restores to a graph that proposes the same, with its tombstones', () => {
    const { graph, vectors } = filled(500);
    for (let label = 0; label < 500; label += 7) graph.remove(label);
    const directory = folder();
    const restored = Graph.restore(DIMENSION, graph.snapshot(join(directory, 'a')), join(directory, 'b'));
    for (const vector of vectors.slice(0, 50)) {
      expect(restored.candidates(vector, 10)).toEqual(graph.candidates(vector, 10));
    }
    expect(restored.wasted).toBe(graph.wasted);
    expect(restored.has(7)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('restores to a graph that goes on growing', () => {
    const { graph } = filled(1024);
    const directory = folder();
    const restored = Graph.restore(DIMENSION, graph.snapshot(join(directory, 'a')), join(directory, 'b'));
    const more = randomUnits(createRandom('more'), 1500, DIMENSION);
    more.forEach((vector, i) => {
      restored.add(5000 + i, vector);
    });
    expect(restored.size).toBe(2524);
    expect(restored.candidates(more[0] ?? new Float32Array(DIMENSION), 3)).toContain(5000);
  });

  it('of an empty graph is empty', () => {
    const snapshot = Graph.create(DIMENSION).snapshot(join(folder(), 'a'));
    expect(snapshot.bytes).toHaveLength(0);
    expect(Graph.restore(DIMENSION, snapshot, join(folder(), 'b')).size).toBe(0);
  });

  it('of equal additions is equal', () => {
    const scratch = join(folder(), 'a');
    const [one, two] = [filled(200), filled(200)].map(({ graph }) => Buffer.from(graph.snapshot(scratch).bytes));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });

  it('is refused when hnswlib silently wrote nothing: no such folder, or a folder in the way', () => {
    const { graph } = filled(10);
    const directory = folder();
    expect(codeOf(() => graph.snapshot(join(directory, 'missing', 'a')))).toBe('INDEX_WRITE_FAILED');
    mkdirSync(join(directory, 'taken', 'x'), { recursive: true });
    expect(codeOf(() => graph.snapshot(join(directory, 'taken')))).toBe('INDEX_WRITE_FAILED');
  });

  it('cut short is refused before hnswlib reads it', () => {
    const { graph } = filled(50);
    const directory = folder();
    const whole = graph.snapshot(join(directory, 'a'));
    const cut = { ...whole, bytes: whole.bytes.subarray(0, whole.bytes.length - 1) };
    expect(codeOf(() => Graph.restore(DIMENSION, cut, join(directory, 'b')))).toBe('INDEX_DAMAGED');
    expect(codeOf(() => Graph.restore(DIMENSION + 1, whole, join(directory, 'b')))).toBe('INDEX_DAMAGED');
    expect(readdirSync(directory)).toEqual([]);
  });
});
