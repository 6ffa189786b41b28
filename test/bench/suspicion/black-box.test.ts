import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { Scene } from '../../../bench/calibration/scene.ts';
import type { Aim, Attack } from '../../../bench/suspicion/attacks.ts';
import { runBlackBox, SCORES } from '../../../bench/suspicion/black-box.ts';

const SQUARE = { size: 4, channels: 1 } as const;
const EPSILON = 8;

/** The embedding of 4 x 4 pixels: the mean of the upper half and of the lower one. */
const embedOne = (pixels: Uint8Array): Float32Array =>
  Float32Array.from([0, 8], (from) => pixels.subarray(from, from + 8).reduce((sum, value) => sum + value, 0) / 2040);

const random = createRandom('black box');
const pictures = Array.from({ length: 6 }, () => Uint8Array.from({ length: 16 }, () => 60 + random.integer(100)));
const embeddings = pictures.map(embedOne);
const scene: Scene = {
  count: pictures.length,
  labels: Int32Array.from(pictures, (_, i) => i),
  pixels: (row) => pictures[row] as Uint8Array,
  embedding: (row) => embeddings[row] as Float32Array,
  embeddings: Float32Array.from(embeddings.flatMap((one) => [...one])),
};
const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
const rows = [0, 3];

describe.each(['square', 'nes'] as const)('queries that %s attacks', (by) => {
  const run = async (aim: Aim) => {
    const asked: number[] = [];
    const meter = {
      async embed(all: readonly Uint8Array[]) {
        asked.push(all.length);
        return all.map(embedOne);
      },
    };
    const attack: Attack & { by: typeof by } = { aim, epsilon: EPSILON, weight: 0, by };
    return { attacked: await runBlackBox(meter, SQUARE, scene, attack, rows), asked };
  };

  it('are whole levels within epsilon, and cost no more scores than there are', async () => {
    const { attacked, asked } = await run('es');
    expect(attacked.map(({ row }) => row)).toEqual(rows);
    for (const { row, pixels } of attacked) {
      const changes = pixels.map((level, i) => Math.abs(level - (scene.pixels(row)[i] ?? 0)));
      expect(Math.max(...changes)).toBeLessThanOrEqual(EPSILON);
    }
    expect(asked.length).toBeLessThanOrEqual(SCORES);
    expect(new Set(asked)).toEqual(new Set([rows.length]));
  });

  it('go far from where they were by ES, near to a candidate by QA+ and away from the first result by QA-', async () => {
    for (const { row, pixels, candidate } of (await run('es')).attacked) {
      expect(candidate).toBeUndefined();
      expect(distance(embedOne(pixels), scene.embedding(row))).toBeGreaterThan(0.02);
    }
    for (const [aim, sign] of [
      ['qa+', 1],
      ['qa-', -1],
    ] as const) {
      for (const { row, pixels, candidate } of (await run(aim)).attacked) {
        const of = scene.embedding(candidate ?? row);
        const change = distance(embedOne(pixels), of) - distance(scene.embedding(row), of);
        expect(sign * change).toBeLessThan(0);
      }
    }
  });
});
