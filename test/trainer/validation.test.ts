import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import { createEngine } from '../../engine/index.ts';
import { chunkOf } from '../../trainer/chunk.ts';
import { createLoader } from '../../trainer/loading/index.ts';
import type { LabelledImages } from '../../trainer/types.ts';
import { MOST_VALIDATED, validate, validationRows } from '../../trainer/validation.ts';
import { patches } from './support.ts';
import { tiny } from './tiny.ts';

/** A set of which only labels are looked at. */
function labelled(classes: number, perClass: number): LabelledImages {
  const labels = Int32Array.from({ length: classes * perClass }, (_, row) => Math.floor(row / perClass));
  return { ...patches(1, 1, 8), labels, classes: Array.from({ length: classes }, (_, i) => `${i}`) };
}

describe('what a training is watched on', () => {
  const [train, judged] = [labelled(40, 5), labelled(9, 4)];

  it('is the held-out classes where the run is judged on them', () => {
    const { images, rows, says } = validationRows('validation', train, judged);
    expect(images).toBe(judged);
    expect(rows).toHaveLength(36);
    expect(says).toBe('36 images of 9 held-out classes');
  });

  it('is never the test half', () => {
    const { images, says } = validationRows('test', train, judged);
    expect(images).toBe(train);
    expect(says).toContain('200 images of 40 training classes');
  });

  it('is whole classes, evenly taken, of a large set', () => {
    const large = labelled(400, 10);
    const { rows } = validationRows('test', large, judged);
    expect(rows).toHaveLength(MOST_VALIDATED);
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(large.labels[row] as number, (counts.get(large.labels[row] as number) ?? 0) + 1);
    expect([...counts.keys()].slice(0, 3)).toEqual([0, 4, 8]);
    expect(new Set(counts.values())).toEqual(new Set([10]));
  });

  it('is some images of each of few classes', () => {
    const { rows, says } = validationRows('test', labelled(10, 600), judged);
    expect(rows).toHaveLength(MOST_VALIDATED);
    expect(new Set(rows).size).toBe(MOST_VALIDATED);
    expect(says).toContain('10 training classes');
  });
});

describe('a validation', () => {
  it('gives recall by nearest rows, as a loop finds them', async () => {
    const engine = await createEngine({ threads: 1 });
    const images = patches(6, 3, tiny.size);
    const weights = tiny.init(createRandom('weights'));
    const loader = createLoader(images, { size: 8, channels: 3, augmentation: 'none', threads: 0 });
    const rows = Array.from({ length: 17 }, (_, row) => row);
    const figures = await validate(engine, tiny, weights, { images, rows, says: '' }, loader);
    const embedding = await compileEmbedding(engine, tiny, 17);
    const { data } = await embedding.run(weights, await loader.batch(rows));
    await embedding.release();
    const unit = rows.map((row) => {
      const values = [...data.subarray(row * 6, row * 6 + 6)];
      const norm = Math.hypot(...values);
      return values.map((value) => value / norm);
    });
    const near = (a: number, b: number): number =>
      (unit[a] as number[]).reduce((sum, value, i) => sum + value * ((unit[b] as number[])[i] as number), 0);
    const hits = rows.filter((row) => {
      const order = rows.filter((other) => other !== row).sort((a, b) => near(row, b) - near(row, a));
      return images.labels[order[0] as number] === images.labels[row];
    });
    expect(figures.recallAt1).toBeCloseTo(hits.length / 17);
    expect(figures.recallAt2).toBeGreaterThanOrEqual(figures.recallAt1);
  });

  it('computes on fewer images at a time the larger they are', () => {
    expect([28, 32, 64, 112, 224, 448, 2000].map((size) => chunkOf({ size }))).toEqual([64, 64, 64, 64, 16, 4, 1]);
  });
});
