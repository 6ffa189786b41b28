import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { ExactIndex } from '../../index/exact.ts';
import { type Folded, type FoldJob, foldGraph, type StartFold } from '../../index/fold.ts';
import { foldOnThread } from '../../index/fold-remote.ts';
import { Graph } from '../../index/graph.ts';
import { readGraphFile } from '../../index/graph-file.ts';
import { openGraph } from '../../index/graph-open.ts';
import { Segments } from '../../index/segments.ts';
import { foldHere, rejectionOf, temporaryFolders } from './support/galleries.ts';
import { clusteredUnits } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 16;
const ALL = { exact: undefined, ef: undefined, among: undefined };
const labelsOf = (found: readonly { readonly label: number }[]): number[] => found.map(({ label }) => label);

/** Folds that wait to be told how they end. */
function heldFolds() {
  const jobs: { job: FoldJob; end: () => void; fail: (error: Error) => void; stopped: boolean }[] = [];
  const startFold: StartFold = (job) => {
    let settle: (folded: Folded | undefined) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const done = new Promise<Folded | undefined>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    const held = { job, end: () => settle(foldGraph(job)), fail, stopped: false };
    jobs.push(held);
    const stop = (): void => {
      held.stopped = true;
      settle(undefined);
    };
    return { done, stop };
  };
  return { jobs, startFold };
}

/** Segments over `count` fresh vectors, with an exact twin and a sequence that counts writes. */
function segmentsOf(count: number, startFold: StartFold, path = join(folder(), 'graph.hnsw')) {
  const draw = clusteredUnits(createRandom(`segments ${count}`), DIMENSION, 30);
  const vectors = new ExactIndex(DIMENSION);
  const twin = new ExactIndex(DIMENSION);
  let sequence = 0;
  const put = (index: { add(label: number, vector: Float32Array): void }, vector: Float32Array): void => {
    sequence++;
    index.add(sequence, vector);
    twin.add(sequence, vector);
  };
  for (const vector of draw(count)) put({ add: (label, it) => vectors.add(label, it) }, vector);
  const owner = () => ({ identity: 'twin', model: 'm', dimension: DIMENSION, sequence });
  const segments = new Segments({ path, vectors, graph: Graph.create(DIMENSION), generation: -1, owner, startFold });
  const add = (vector: Float32Array): void => put(segments, vector);
  const remove = (label: number): void => {
    segments.remove(label);
    twin.remove(label);
  };
  /** Every vector finds itself first, or the oldest that is equal, and the ten nearest are those of the twin but for a few. */
  const expectRight = (): void => {
    for (const label of twin.sortedLabels().filter((each) => each % 37 === 0)) {
      const vector = twin.vector(label);
      expect(segments.find(vector, { ...ALL, k: 1 })).toEqual(twin.nearest(vector, 1));
    }
    const queries = draw(30);
    const shared = queries.map((query) => {
      const truth = labelsOf(twin.nearest(query, 10));
      return labelsOf(segments.find(query, { ...ALL, k: 10 })).filter((label) => truth.includes(label)).length;
    });
    expect(shared.reduce((sum, n) => sum + n, 0) / 300).toBeGreaterThanOrEqual(0.98);
  };
  return { segments, vectors, add, remove, draw, owner, path, expectRight };
}

describe('the segments of a gallery', () => {
  it('begin a fold at a thousand writes, and the next at a thousand more', async () => {
    const { jobs, startFold } = heldFolds();
    const { segments, add, remove, draw } = segmentsOf(999, startFold);
    expect(jobs).toHaveLength(0);
    remove(1);
    segments.foldWhenDue();
    expect(jobs).toHaveLength(0);
    for (const vector of draw(1)) add(vector);
    segments.foldWhenDue();
    expect(jobs[0]?.job.labels).toHaveLength(999);
    for (const vector of draw(2000)) add(vector);
    segments.foldWhenDue();
    expect(jobs).toHaveLength(1);
    jobs[0]?.end();
    await expect.poll(() => jobs.length).toBe(2);
    expect(jobs[1]?.job).toMatchObject({ keep: true });
    expect(jobs[1]?.job.labels).toHaveLength(2000);
    await segments.stop();
    expect(jobs[1]?.stopped).toBe(true);
  });

  it('find everything beside hundreds of copies of one vector, and all the copies', async () => {
    const { segments, add, remove, draw, expectRight } = segmentsOf(600, foldHere);
    const [copied = new Float32Array(DIMENSION)] = draw(1);
    for (let i = 0; i < 700; i++) add(copied);
    for (const vector of draw(1200)) add(vector);
    await segments.fold();
    expect(segments.freshCount).toBe(0);
    expectRight();
    const copies = Array.from({ length: 700 }, (_, i) => 601 + i);
    expect(labelsOf(segments.find(copied, { ...ALL, k: 20 }))).toEqual(copies.slice(0, 20));
    expect(labelsOf(segments.find(copied, { ...ALL, k: 2, among: [10, 900, 1300, 1301] }))).toEqual([900, 1300]);
    // The original goes, and with it what stood for all of them in the graph.
    remove(601);
    expect(segments.freshCount).toBe(1);
    expect(labelsOf(segments.find(copied, { ...ALL, k: 20 }))).toEqual(copies.slice(1, 21));
    for (const vector of draw(1)) add(vector);
    await segments.fold();
    expect(segments.freshCount).toBe(0);
    for (const label of copies.slice(1)) remove(label);
    expect(labelsOf(segments.find(copied, { ...ALL, k: 1 }))).not.toContain(1300);
    expectRight();
  });

  it('build a graph anew that has copies in it, as those of before had', async () => {
    const { vectors, owner, path, draw } = segmentsOf(900, foldHere);
    const [copied = new Float32Array(DIMENSION)] = draw(1);
    const graph = Graph.create(DIMENSION);
    for (let label = 901; label <= 1200; label++) vectors.add(label, copied);
    for (const label of vectors.sortedLabels()) graph.add(label, vectors.vector(label));
    const options = { path, vectors, graph, generation: 0, owner };
    const { jobs, startFold } = heldFolds();
    const segments = new Segments({ ...options, startFold });
    expect(jobs[0]?.job).toMatchObject({ keep: false });
    expect(jobs[0]?.job.labels).toEqual(Array.from({ length: 901 }, (_, i) => i + 1));
    jobs[0]?.end();
    await expect.poll(() => segments.generation).toBe(900);
    expect(segments.freshCount).toBe(0);
    expect(jobs).toHaveLength(1);
    expect(labelsOf(segments.find(copied, { ...ALL, k: 3 }))).toEqual([901, 902, 903]);
  });

  it('find every write before, during and after a fold', async () => {
    const { jobs, startFold } = heldFolds();
    const { segments, add, remove, draw, expectRight } = segmentsOf(2400, startFold);
    expectRight();
    for (const vector of draw(300)) add(vector);
    for (let label = 1; label <= 2700; label += 9) remove(label);
    expect(segments.isFolding).toBe(true);
    expectRight();
    jobs[0]?.end();
    await expect.poll(() => segments.generation).toBe(2400);
    expect(segments.freshCount).toBeLessThan(300);
    expectRight();
    for (let label = 2; label <= 2700; label += 9) remove(label);
    expectRight();
  });

  it('have in the file what they had when the fold began', async () => {
    const { jobs, startFold } = heldFolds();
    const { segments, add, draw, path, owner, vectors } = segmentsOf(1500, startFold);
    for (const vector of draw(10)) add(vector);
    const saved = segments.fold();
    jobs[0]?.end();
    await expect.poll(() => jobs.length).toBe(2);
    expect(readGraphFile(path, owner())).toMatchObject({ count: 1500, sequence: 1500 });
    jobs[1]?.end();
    await saved;
    expect(segments).toMatchObject({ generation: 1510, freshCount: 0, isFolding: false });
    const { graph, generation } = openGraph(path, owner(), vectors);
    expect([graph.size, generation]).toEqual([1510, 1510]);
    expect(readdirSync(join(path, '..'))).toEqual(['graph.hnsw']);
  });

  it('drop the tombstones when they are more than three in ten', async () => {
    const { jobs, startFold } = heldFolds();
    const { segments, remove, expectRight } = segmentsOf(1800, startFold);
    jobs[0]?.end();
    await expect.poll(() => segments.isFolding).toBe(false);
    for (let label = 1; label <= 1000; label++) remove(label);
    segments.foldWhenDue();
    expect(jobs[1]?.job).toMatchObject({ keep: false });
    jobs[1]?.end();
    await expect.poll(() => segments.isFolding).toBe(false);
    expect(jobs[1]?.job.labels).toHaveLength(800);
    expectRight();
  });

  it('go on with the present generation when a fold fails, say why, and try again after a thousand writes', async () => {
    const { jobs, startFold } = heldFolds();
    const { segments, add, draw, expectRight } = segmentsOf(1200, startFold);
    const saved = segments.fold();
    jobs[0]?.fail(new Error('no room'));
    expect((await rejectionOf(saved)).message).toContain('no room');
    expect(segments.fault).toMatchObject({ code: 'INTERNAL' });
    expect(segments.generation).toBe(-1);
    expectRight();
    for (const vector of draw(999)) add(vector);
    segments.foldWhenDue();
    expect(jobs).toHaveLength(1);
    for (const vector of draw(1)) add(vector);
    segments.foldWhenDue();
    jobs[1]?.end();
    await expect.poll(() => segments.generation).toBe(2200);
    expect(segments.fault).toBeUndefined();
    expectRight();
  });

  it('build anew a generation whose file is gone or damaged', async () => {
    const { segments, add, draw, path, expectRight } = segmentsOf(1200, foldHere);
    await segments.fold();
    for (const damage of [() => rmSync(path), () => writeFileSync(path, 'rubbish')]) {
      damage();
      for (const vector of draw(5)) add(vector);
      expect((await rejectionOf(segments.fold())).code).toBe('INDEX_DAMAGED');
      expectRight();
      await segments.fold();
      expect(segments).toMatchObject({ freshCount: 0, fault: undefined });
      expectRight();
    }
  });

  it('that are stopped give up, and refuse to fold', async () => {
    const { startFold } = heldFolds();
    const { segments } = segmentsOf(1200, startFold);
    const saved = rejectionOf(segments.fold());
    await segments.stop();
    expect((await saved).code).toBe('SHUTTING_DOWN');
    expect(segments.isFolding).toBe(false);
  });
});

describe('a fold on a thread', () => {
  it('makes the generation that one on this thread makes', async () => {
    const here = segmentsOf(1100, heldFolds().startFold);
    const there = segmentsOf(1100, foldOnThread);
    await there.segments.fold();
    there.expectRight();
    const job: FoldJob = {
      path: here.path,
      owner: here.owner(),
      keep: false,
      gone: [],
      labels: here.vectors.sortedLabels(),
      vectors: here.vectors.pack(here.vectors.sortedLabels()),
    };
    foldGraph(job);
    const [one, two] = [here, there].map(({ path, owner }) => readGraphFile(path, owner()));
    expect(one).toEqual(two);
  });

  it('says what the disk said, and can be stopped', async () => {
    const { segments } = segmentsOf(50, foldOnThread, join(folder(), 'missing', 'deep', 'graph.hnsw'));
    expect((await rejectionOf(segments.fold())).code).toBe('INDEX_WRITE_FAILED');
    const stopped = segmentsOf(20_000, foldOnThread);
    await stopped.segments.stop();
    expect(stopped.segments.generation).toBe(-1);
  });
});
