import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { benchIndex } from '../../bench/index/bench.ts';
import { benchData, readVectors, vectorSource } from '../../bench/index/data.ts';
import { engines } from '../../bench/index/engines.ts';
import { recallOf, smallestWidth } from '../../bench/index/measure.ts';
import { readIndexOptions } from '../../bench/index/options.ts';
import { K } from '../../bench/index/types.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-bench-index-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('the vectors of the bench', () => {
  it('have unit length, and those of a smaller set are the first of a larger one', () => {
    const small = benchData(root, 120, 6, 3);
    const large = benchData(root, 200, 6, 3);
    const [few, many] = [small, large].map(({ folder }) => readVectors(join(folder, 'vectors.f32'), 6));
    expect([few?.length, many?.length]).toEqual([120, 200]);
    expect(many?.slice(0, 120)).toEqual(few);
    for (const vector of many ?? []) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it('come with their true neighbours', () => {
    const { folder, queriesFile, truth } = benchData(root, 200, 6, 3);
    const vectors = readVectors(join(folder, 'vectors.f32'), 6);
    const expected = readVectors(queriesFile, 6).flatMap((query) => {
      const distances = vectors.map((vector, row) => ({
        row,
        far: Math.hypot(...vector.map((v, i) => v - Number(query[i]))),
      }));
      return distances
        .sort((a, b) => a.far - b.far)
        .slice(0, K)
        .map(({ row }) => row);
    });
    expect([...truth]).toEqual(expected);
  });

  it('lie in clusters, not anywhere', () => {
    const draw = vectorSource(32);
    const random = createRandom(1);
    const vectors = Array.from({ length: 4000 }, () => draw(random));
    const [query = new Float32Array(32), ...others] = vectors;
    const distances = others.map((other) => Math.hypot(...other.map((value, i) => value - Number(query[i])))).sort();
    expect(Number(distances[0])).toBeLessThan(0.8 * Number(distances[2000]));
  });
});

describe('what is measured', () => {
  it('recall is the share of the true neighbours, whatever their order', () => {
    const truth = Int32Array.from({ length: 2 * K }, (_, i) => i);
    const rows = [...truth].reverse();
    expect(recallOf([...truth], truth)).toBe(1);
    // The neighbours of the one query are no neighbours of the other.
    expect(recallOf(rows, truth)).toBe(0);
    expect(
      recallOf(
        [...truth].map((row) => (row % 4 === 0 ? 99 : row)),
        truth,
      ),
    ).toBe(0.75);
  });

  it.each([10, 11, 37, 160, 161, 4096])('finds the smallest width that reaches a recall: %d', async (least) => {
    const asked: number[] = [];
    const recall = async (ef: number): Promise<number> => {
      asked.push(ef);
      return ef >= least ? 0.97 : 0.9;
    };
    expect(await smallestWidth(0.95, recall)).toBe(least);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeLessThan(25);
  });

  it('gives up when no width does', async () => {
    await expect(smallestWidth(0.95, async () => 0.5)).rejects.toThrow('no width up to 4096');
  });
});

describe('the options of npm run bench:index', () => {
  it('are all sizes and engines by default', () => {
    expect(readIndexOptions({})).toEqual({
      counts: [10_000, 100_000],
      dimensions: [128, 512],
      queries: 1000,
      engines: Object.keys(engines),
      python: 'python3',
    });
  });

  it.each([
    [{ vectors: '1e5' }, '--vectors has "1e5"'],
    [{ vectors: '10' }, '--vectors has "10"'],
    [{ dimensions: '128,' }, '--dimensions has ""'],
    [{ queries: '0' }, '--queries has "0"'],
    [{ engines: 'holdfast,milvus' }, '--engines has "milvus", not one of: holdfast'],
  ])('%o are refused', (given, message) => {
    expect(() => readIndexOptions(given)).toThrow(message);
  });
});

describe('npm run bench:index', () => {
  it('measures engines in processes of their own, and keeps what they built', async () => {
    vi.stubEnv('HOLDFAST_DATA', join(root, 'data'));
    const sizes = { vectors: '1500', dimensions: '8', queries: '20' };
    const first = await benchIndex({ ...sizes, engines: 'holdfast,holdfast-unread,hnswlib-node' });
    const again = await benchIndex({ ...sizes, engines: 'hnswlib-node' });
    vi.unstubAllEnvs();
    expect(first.rows.map((row) => row.slice(0, 2))).toEqual([
      ['vectors', 'engine'],
      ['1500 x 8', 'holdfast'],
      ['1500 x 8', 'holdfast, records not read before'],
      ['1500 x 8', 'hnswlib-node'],
    ]);
    for (const row of first.rows) expect(row).toHaveLength(first.rows[0]?.length ?? 0);
    const name = (engine: string, what: string): string => `1500 x 8, ${engine}, ${what}`;
    for (const engine of ['holdfast', 'holdfast, records not read before', 'hnswlib-node']) {
      expect(first.figures[name(engine, 'recall at ef 128')]).toBeGreaterThan(0.98);
      expect(first.figures[name(engine, 'searches per CPU-second at recall 0.99')]).toBeGreaterThan(0);
    }
    // Neither is built twice: what a second run says of it is what the first had.
    const built = name('hnswlib-node', 'built per CPU-second');
    expect(again.figures[built]).toBe(first.figures[built]);
  }, 300_000);
});
