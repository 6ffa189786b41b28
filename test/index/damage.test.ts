import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { LocalGallery } from '../../index/local.ts';
import type { NewRecord } from '../../index/types.ts';
import { codeOf, imageOf, makeGallery, optionsOf, temporaryFolders } from './support/galleries.ts';

const folder = temporaryFolders();
const DIMENSION = 16;
const COUNT = 60;
/** More than 500 faults of each file with the slow tests. */
const TIMES = process.env.HOLDFAST_SLOW_TESTS === '1' ? 5 : 1;
const PATIENCE_MILLISECONDS = 60_000 * TIMES;

/** Everything that the gallery says, compared with what it was given; INDEX_DAMAGED is the only way out. */
async function verdict(directory: string, records: readonly NewRecord[]): Promise<string> {
  let gallery: LocalGallery | undefined;
  try {
    gallery = new LocalGallery(optionsOf(directory, DIMENSION));
    expect(gallery.status().count).toBe(COUNT);
    for (const { id = '', label, metadata, vector } of records) {
      expect(gallery.get(id)).toMatchObject({ id, label, metadata });
      expect(gallery.search(vector, { k: 1 })).toMatchObject([{ id, distance: 0 }]);
      expect(Buffer.from(gallery.image(id)?.bytes ?? []).equals(imageOf(id).bytes)).toBe(true);
    }
    return 'right';
  } catch (error) {
    if (error instanceof HoldfastError) return error.code;
    throw error;
  } finally {
    await gallery?.close();
  }
}

describe('damage to the graph', () => {
  it(
    `is noticed at the start, wherever it is: ${60 * TIMES} flipped bits and as many lengths`,
    async () => {
      const directory = folder();
      makeGallery(directory, COUNT, DIMENSION);
      const path = join(directory, 'graph.hnsw');
      const whole = readFileSync(path);
      const random = createRandom('graph damage');
      for (let round = 0; round < 120 * TIMES; round++) {
        const damaged = Buffer.from(whole);
        const byte = random.integer(whole.length);
        damaged[byte] = Number(whole[byte]) ^ (1 << random.integer(8));
        writeFileSync(path, round % 2 === 0 ? damaged : whole.subarray(0, byte));
        expect(codeOf(() => new LocalGallery(optionsOf(directory, DIMENSION)))).toBe('INDEX_DAMAGED');
      }
      writeFileSync(path, whole);
      await new LocalGallery(optionsOf(directory, DIMENSION)).close();
    },
    PATIENCE_MILLISECONDS,
  );
});

describe('damage to the records', () => {
  /** Damages a fresh copy of the file each round and counts the verdicts. */
  async function verdicts(
    rounds: number,
    damage: (file: Buffer, round: number) => Buffer,
  ): Promise<Map<string, number>> {
    const directory = folder();
    const records = makeGallery(directory, COUNT, DIMENSION);
    const path = join(directory, 'records.sqlite');
    const graph = readFileSync(join(directory, 'graph.hnsw'));
    const whole = readFileSync(path);
    const counts = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      writeFileSync(path, damage(Buffer.from(whole), round));
      writeFileSync(join(directory, 'graph.hnsw'), graph);
      for (const log of [`${path}-wal`, `${path}-shm`]) if (existsSync(log)) rmSync(log);
      const found = await verdict(directory, records);
      counts.set(found, (counts.get(found) ?? 0) + 1);
    }
    return counts;
  }

  it(
    'by a flipped bit is noticed, or makes no difference',
    async () => {
      const random = createRandom('record damage');
      const counts = await verdicts(150 * TIMES, (file) => {
        const byte = random.integer(file.length);
        file[byte] = Number(file[byte]) ^ (1 << random.integer(8));
        return file;
      });
      expect([...counts.keys()].filter((found) => found !== 'right' && found !== 'INDEX_DAMAGED')).toEqual([]);
      expect(counts.get('INDEX_DAMAGED')).toBeGreaterThan(50);
    },
    PATIENCE_MILLISECONDS,
  );

  it(
    'by a flipped bit in the first page, where SQLite describes the file, is no crash and no wrong answer',
    async () => {
      const random = createRandom('header damage');
      const counts = await verdicts(100, (file, byte) => {
        file[byte] = Number(file[byte]) ^ (1 << random.integer(8));
        return file;
      });
      expect([...counts.keys()].filter((found) => found !== 'right' && found !== 'INDEX_DAMAGED')).toEqual([]);
    },
    PATIENCE_MILLISECONDS,
  );

  it('is told in one line, however many pages have it', () => {
    const directory = folder();
    makeGallery(directory, COUNT, DIMENSION);
    const path = join(directory, 'records.sqlite');
    const file = readFileSync(path);
    // Fifty pages more than the header had, which nothing points to.
    file.writeUInt32BE(file.readUInt32BE(28) + 50, 28);
    writeFileSync(path, Buffer.concat([file, Buffer.alloc(50 * 4096)]));
    expect(() => new LocalGallery(optionsOf(directory, DIMENSION))).toThrow(
      /^[^\n]*Page \d+: never used[^\n]* and \d+ more[^\n]*$/,
    );
  });

  it(
    'by a torn page is noticed',
    async () => {
      const random = createRandom('torn');
      const counts = await verdicts(20 * TIMES, (file) =>
        file.fill(0, ...tornPage(random.integer(file.length / 4096))),
      );
      expect([...counts.keys()]).toEqual(['INDEX_DAMAGED']);
    },
    PATIENCE_MILLISECONDS,
  );

  it(
    'by truncation is noticed',
    async () => {
      const random = createRandom('short');
      const counts = await verdicts(30 * TIMES, (file) => file.subarray(0, random.integer(file.length)));
      expect([...counts.keys()]).toEqual(['INDEX_DAMAGED']);
    },
    PATIENCE_MILLISECONDS,
  );
});

function tornPage(page: number): [number, number] {
  return [page * 4096, page * 4096 + 2048];
}
