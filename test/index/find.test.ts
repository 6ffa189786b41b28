import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { Doubles } from '../../index/doubles.ts';
import { ExactIndex } from '../../index/exact.ts';
import { findNearest } from '../../index/find.ts';
import { Graph } from '../../index/graph.ts';
import { clusteredUnits } from './support/vectors.ts';

const COUNT = 8000;
const DIMENSION = 32;
const draw = clusteredUnits(createRandom('find'), DIMENSION, 80);
const vectors = new ExactIndex(DIMENSION, COUNT);
const graph = Graph.create(DIMENSION, COUNT);
for (const [i, vector] of draw(COUNT).entries()) {
  vectors.add(i + 1, vector);
  graph.add(i + 1, vector);
}
const searched = { vectors, graph, fresh: new Set<number>(), doubles: new Doubles(vectors) };
const queries = draw(40);
const labelsOf = (found: readonly { readonly label: number }[]): number[] => found.map(({ label }) => label);

/** The share of the true `k` nearest among the labels that were found. */
function recall(k: number, among: readonly number[] | undefined, ef?: number): number {
  let found = 0;
  let wanted = 0;
  for (const query of queries) {
    const truth = labelsOf(vectors.nearest(query, k, among));
    const hits = labelsOf(findNearest(searched, query, { k, exact: false, ef, among }));
    expect(hits).toHaveLength(truth.length);
    found += hits.filter((label) => truth.includes(label)).length;
    wanted += truth.length;
  }
  return found / wanted;
}

describe('finding the nearest', () => {
  it.each([0.5, 0.25, 0.1, 0.01, 0.001])('keeps its recall under a filter that lets %d pass', (share) => {
    const random = createRandom(`share ${share}`);
    const among = vectors.sortedLabels().filter(() => random.uniform() < share);
    expect(recall(10, among)).toBeGreaterThanOrEqual(0.98);
  });

  it('keeps its recall under a filter that lets the farther half pass only', () => {
    for (const query of queries.slice(0, 10)) {
      const far = labelsOf(vectors.nearest(query, COUNT))
        .slice(COUNT / 2)
        .sort((a, b) => a - b);
      const found = findNearest(searched, query, { k: 10, exact: false, ef: undefined, among: far });
      expect(labelsOf(found)).toEqual(labelsOf(vectors.nearest(query, 10, far)));
    }
  });

  it('finds nothing where nothing passes, and all that passes where k is larger', () => {
    expect(recall(10, [])).toBeNaN();
    expect(recall(10, [5, 6, 7])).toBe(1);
  });

  it('finds more with a larger ef', () => {
    const narrow = recall(10, undefined, 1);
    expect(narrow).toBeLessThan(recall(10, undefined, 100));
    expect(recall(10, undefined, 2000)).toBeGreaterThanOrEqual(0.999);
  });

  it('has the k nearest as the beginning of the k+1 nearest', () => {
    for (const query of queries.slice(0, 10)) {
      const all = labelsOf(findNearest(searched, query, { k: 60, exact: false, ef: undefined, among: undefined }));
      for (const k of [1, 2, 10, 59]) {
        const some = findNearest(searched, query, { k, exact: false, ef: undefined, among: undefined });
        expect(labelsOf(some)).toEqual(all.slice(0, k));
      }
    }
  });

  it('looks at what is not in the graph', () => {
    const [first = new Float32Array(DIMENSION)] = queries;
    const [nearest = 0, ...others] = labelsOf(vectors.nearest(first, 11));
    const partly = Graph.create(DIMENSION);
    for (const label of others) partly.add(label, vectors.vector(label));
    const find = (fresh: ReadonlySet<number>, among?: number[]) =>
      labelsOf(findNearest({ ...searched, graph: partly, fresh }, first, { k: 1, exact: false, ef: undefined, among }));
    expect(find(new Set())).not.toContain(nearest);
    expect(find(new Set([nearest]))).toEqual([nearest]);
    const allButIt = vectors.sortedLabels().filter((label) => label !== nearest);
    expect(find(new Set([nearest]), allButIt)).toEqual([others[0]]);
  });
});
