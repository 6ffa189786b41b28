import { describe, expect, it } from 'vitest';
import { keepingTop } from '../../../audit/parts/keeping-top.ts';
import { mean } from '../../../base/statistics.ts';
import { createEngine } from '../../../engine/index.ts';
import { countedEngine } from '../../attack/support/counted-engine.ts';
import { budget, withSmallSubject } from '../support/subject.ts';

const sample = [1, 2, 6, 9, 13, 17, 22, 25, 26, 29];

describe('attacks that keep the top of the list', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('move what they aim at and leave what they keep', async () => {
    const counted = countedEngine(engine);
    const found = await withSmallSubject(counted.engine, { sample, count: 4 }, keepingTop);
    expect(found.map(({ attack }) => attack)).toEqual(['SPQA+', 'SPQA-']);
    const [plus, minus] = found;
    expect(plus?.after).not.toEqual(plus?.before);
    expect(mean(minus?.after ?? [])).toBeGreaterThan(mean(minus?.before ?? []) + 0.3);
    for (const { attack: _, ...places } of found) {
      expect(mean(places.keptAfter)).toBeLessThan(mean(places.keptBefore) + 0.02);
      for (const list of Object.values(places)) expect(list).toHaveLength(sample.length);
    }
    expect(counted.live).toEqual([]);
  });

  it('move nothing without a step', async () => {
    const still = await withSmallSubject(engine, { sample, budget: { ...budget, steps: 0 } }, keepingTop);
    for (const { before, after, keptBefore, keptAfter } of still) {
      expect(after).toEqual(before);
      expect(keptAfter).toEqual(keptBefore);
    }
  });
});
