import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { Graph, type GraphSnapshot } from '../../index/graph.ts';
import { type GraphOwner, readGraphFile, writeGraphFile } from '../../index/graph-file.ts';
import { codeOf, errorOf, temporaryFolders } from './support/galleries.ts';
import { randomUnit } from './support/vectors.ts';

const folder = temporaryFolders();
const owner: GraphOwner = { identity: 'one', model: 'compact-1', dimension: 4, sequence: 9 };

function snapshot(count = 30): GraphSnapshot {
  const random = createRandom('graph file');
  const graph = Graph.create(4);
  for (let label = 1; label <= count; label++) graph.add(label, randomUnit(random, 4));
  graph.remove(2);
  return graph.snapshot(join(folder(), 'scratch'));
}

function written(): { path: string; file: Buffer } {
  const path = join(folder(), 'graph.hnsw');
  writeGraphFile(path, owner, snapshot());
  return { path, file: readFileSync(path) };
}

describe('the file of the graph', () => {
  it('holds what was written', () => {
    const path = join(folder(), 'graph.hnsw');
    const original = snapshot();
    writeGraphFile(path, owner, original);
    const read = readGraphFile(path, owner);
    expect(read).toMatchObject({ count: 30, tombstones: [2], sequence: 9 });
    expect(Buffer.from(read?.bytes ?? []).equals(original.bytes)).toBe(true);
  });

  it('is nothing when there is none', () => {
    expect(readGraphFile(join(folder(), 'graph.hnsw'), owner)).toBeUndefined();
  });

  it('says in clear text whose it is', () => {
    const text = written().file.subarray(44, 400).toString('latin1');
    for (const word of ['"model":"compact-1"', '"dimension":4', '"metric":"l2"', '"m":16', '"efConstruction":200']) {
      expect(text).toContain(word);
    }
  });

  it('is refused with any one bit flipped', () => {
    const { path, file } = written();
    const random = createRandom('flips');
    const header = 44 + file.readUInt32LE(8);
    const inHeader = Array.from({ length: header }, (_, byte) => byte);
    const behind = Array.from({ length: 400 }, () => header + random.integer(file.length - header));
    for (const byte of [...inHeader, ...behind, file.length - 1]) {
      const flipped = Buffer.from(file);
      flipped[byte] = Number(file[byte]) ^ (1 << random.integer(8));
      writeFileSync(path, flipped);
      const error = errorOf(() => readGraphFile(path, owner));
      expect([byte, error.code]).toEqual([byte, 'INDEX_DAMAGED']);
      expect(error.message).toContain(path);
      expect(error.message).toContain('--rebuild-index');
    }
  });

  it('is refused at any other length', () => {
    const { path, file } = written();
    const random = createRandom('lengths');
    const short = Array.from({ length: 150 }, () => random.integer(file.length));
    for (const length of [0, 1, 8, 11, 12, 43, 44, file.length - 1, ...short]) {
      writeFileSync(path, file.subarray(0, length));
      expect([length, codeOf(() => readGraphFile(path, owner))]).toEqual([length, 'INDEX_DAMAGED']);
    }
    writeFileSync(path, Buffer.concat([file, Buffer.of(0)]));
    expect(codeOf(() => readGraphFile(path, owner))).toBe('INDEX_DAMAGED');
  });

  it.each([
    ['model', { model: 'compact-2' }],
    ['dimension', { dimension: 8 }],
    ['identity', { identity: 'two' }],
  ])('of another %s is refused, saying so', (name, change) => {
    const error = errorOf(() => readGraphFile(written().path, { ...owner, ...change }));
    expect(error.code).toBe('INDEX_DAMAGED');
    expect(error.message).toContain(`its ${name} is`);
  });

  it('that is newer than the records is refused: those were put back from a backup', () => {
    const { path } = written();
    expect(errorOf(() => readGraphFile(path, { ...owner, sequence: 8 })).message).toContain('newer');
    expect(readGraphFile(path, { ...owner, sequence: 1000 })?.sequence).toBe(9);
  });

  it('that cannot be read is damaged, and one that cannot be written says so', () => {
    const path = join(folder(), 'graph.hnsw');
    mkdirSync(join(path, 'x'), { recursive: true });
    expect(codeOf(() => readGraphFile(path, owner))).toBe('INDEX_DAMAGED');
    expect(codeOf(() => writeGraphFile(path, owner, snapshot()))).toBe('INDEX_WRITE_FAILED');
  });

  it('is not read from other kinds of file', () => {
    const path = join(folder(), 'graph.hnsw');
    writeFileSync(path, snapshot().bytes);
    expect(errorOf(() => readGraphFile(path, owner)).message).toContain('not a graph file');
    writeFileSync(path, Buffer.alloc(5000));
    expect(codeOf(() => readGraphFile(path, owner))).toBe('INDEX_DAMAGED');
  });
});
