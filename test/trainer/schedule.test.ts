import { describe, expect, it } from 'vitest';
import { rateAt } from '../../trainer/schedule.ts';

describe('the learning rate', () => {
  it('falls along half a cosine, or stays', () => {
    const cosine = { rate: 1, schedule: 'cosine', warmup: 0 } as const;
    expect(rateAt(cosine, 0, 100)).toBe(1);
    expect(rateAt(cosine, 0.5, 100)).toBeCloseTo(0.5);
    expect(rateAt(cosine, 1, 100)).toBeCloseTo(0);
    expect(rateAt({ ...cosine, schedule: 'constant' }, 0.9, 100)).toBe(1);
  });

  it('grows linearly to its value in the updates of the warm-up, and the cosine begins there', () => {
    const plan = { rate: 2, schedule: 'cosine', warmup: 4 } as const;
    const rates = Array.from({ length: 20 }, (_, update) => rateAt(plan, update / 20, 20));
    expect(rates.slice(0, 5)).toEqual([0.5, 1, 1.5, 2, 2]);
    for (let i = 5; i < 20; i++) expect(rates[i] as number).toBeLessThan(rates[i - 1] as number);
    expect(rateAt(plan, 12 / 20, 20)).toBeCloseTo(1);
  });

  it('is still growing at the end of a stage that is shorter than its warm-up', () => {
    const plan = { rate: 1, schedule: 'constant', warmup: 100 } as const;
    expect(rateAt(plan, 0.9, 10)).toBeCloseTo(0.1);
  });
});
