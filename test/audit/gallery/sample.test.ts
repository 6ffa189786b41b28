import { describe, expect, it } from 'vitest';
import { drawRecords } from '../../../audit/gallery/sample.ts';
import { createRandom } from '../../../base/random.ts';

/** So many records of each label. */
const gallery = (sizes: Readonly<Record<string, number>>) =>
  Object.entries(sizes).flatMap(([label, size]) =>
    Array.from({ length: size }, (_, i) => ({ id: `${label}${i}`, label })),
  );
const draw = (sizes: Readonly<Record<string, number>>, count: number, seed = 1) =>
  drawRecords(gallery(sizes), count, createRandom(seed));

function countOf(records: readonly { readonly label: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { label } of records) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

describe('records drawn of a gallery', () => {
  it('are all of a small one, in their order', () => {
    expect(draw({ a: 3, b: 2 }, 10)).toEqual(gallery({ a: 3, b: 2 }));
  });

  it('are as many as are asked for, each once, the same for a seed and others for another', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`label ${i}`, 5]));
    const drawn = draw(many, 100);
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(100);
    expect(draw(many, 100)).toEqual(drawn);
    expect(draw(many, 100, 2)).not.toEqual(drawn);
  });

  it('are of whole classes, so that a query has something to find where a plain draw would leave it alone', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`label ${i}`, 4]));
    const counts = Object.values(countOf(draw(many, 40)));
    expect(counts.filter((count) => count === 4).length).toBeGreaterThanOrEqual(9);
  });

  it('leave a large class its share only after the others had their turn', () => {
    expect(countOf(draw({ large: 1_000, a: 5, b: 5, c: 5 }, 31))).toEqual({ large: 16, a: 5, b: 5, c: 5 });
    expect(countOf(draw({ large: 1_000, a: 5 }, 100))).toEqual({ large: 95, a: 5 });
  });
});
