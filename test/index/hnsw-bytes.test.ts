import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { Graph } from '../../index/graph.ts';
import { checkHnswBytes } from '../../index/hnsw-bytes.ts';
import { errorOf, temporaryFolders } from './support/galleries.ts';
import { randomUnit } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 8;

function bytesOf(count: number): Uint8Array {
  const random = createRandom('bytes');
  const graph = Graph.create(DIMENSION);
  for (let label = 1; label <= count; label++) graph.add(label, randomUnit(random, DIMENSION));
  return graph.snapshot(`${folder()}/scratch`).bytes;
}

describe('the check of what hnswlib wrote', () => {
  it.each([1, 2, 40, 700])('accepts a whole graph of %d vectors', (count) => {
    expect(() => checkHnswBytes(bytesOf(count), DIMENSION, count)).not.toThrow();
  });

  it('refuses every other length', () => {
    const bytes = bytesOf(60);
    for (let length = 0; length < bytes.length; length += 13) {
      expect(errorOf(() => checkHnswBytes(bytes.subarray(0, length), DIMENSION, 60)).code).toBe('INDEX_DAMAGED');
    }
    const longer = Buffer.concat([bytes, Buffer.of(0)]);
    expect(errorOf(() => checkHnswBytes(longer, DIMENSION, 60)).message).toMatch(/where \d+ are needed/);
  });

  it.each([4, 7, 9, 16])('refuses a graph of 8 dimensions as one of %d', (dimension) => {
    expect(errorOf(() => checkHnswBytes(bytesOf(20), dimension, 20)).message).toContain('bytes per node');
  });

  it.each([0, 19, 21, 4_000_000])('refuses a graph of 20 vectors as one of %d', (count) => {
    expect(errorOf(() => checkHnswBytes(bytesOf(20), DIMENSION, count)).message).toContain('nodes');
  });

  it('refuses links of a length that no node has', () => {
    const bytes = Buffer.from(bytesOf(1));
    bytes.writeUInt32LE(3, bytes.length - 4);
    expect(errorOf(() => checkHnswBytes(bytes, DIMENSION, 1)).message).toContain('3 bytes of links');
  });

  it('refuses another number of connections', () => {
    const bytes = Buffer.from(bytesOf(1));
    bytes.writeBigUInt64LE(17n, 72);
    expect(errorOf(() => checkHnswBytes(bytes, DIMENSION, 1)).message).toContain('connections');
  });
});
