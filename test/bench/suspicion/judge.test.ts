import { describe, expect, it } from 'vitest';
import { judge } from '../../../bench/suspicion/judge.ts';

const attack = { aim: 'es', epsilon: 8, weight: 0 } as const;
const innocent = Array.from({ length: 100 }, (_, i) => i / 100);

describe('the judgement of a detector', () => {
  it('counts what lies above the threshold, and the harm of what does not', () => {
    const cell = { attack, queries: 4, statistics: [2, 2, 0.5, 0.985], harms: [1, 1, 0.2, 0.4] };
    const { found, atOne, atFive, harm, unseen, area } = judge(innocent, 0.99, cell);
    expect([found, atOne, atFive]).toEqual([0.5, 0.75, 0.75]);
    expect(harm).toBeCloseTo(0.65, 12);
    expect(unseen).toBeCloseTo(0.3, 12);
    expect(area).toBeCloseTo((100 + 100 + 50.5 + 99) / 400, 12);
  });

  it('has no harm of what is missed where nothing is', () => {
    const cell = { attack, queries: 2, statistics: [2, 3], harms: [1, 1] };
    expect(judge(innocent, 1, cell)).toMatchObject({ found: 1, unseen: Number.NaN, area: 1 });
  });
});
