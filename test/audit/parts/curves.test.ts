import { describe, expect, it } from 'vitest';
import { rob28, rob224 } from '../../../attack/suite/profiles.ts';
import { curves, epsilonsOf, stepsOf, withEpsilon, withSteps } from '../../../audit/parts/curves.ts';
import { createEngine } from '../../../engine/index.ts';
import { budget, withSmallSubject } from '../support/subject.ts';

describe('where the curves are drawn through', () => {
  it.each([
    ['photographs', rob224.budget],
    ['digits', rob28.budget],
    ['an epsilon beyond all', { ...rob224.budget, epsilon: 0.9 }],
  ])('epsilons of %s grow from nothing to one half', (_, { epsilon }) => {
    const all = epsilonsOf({ epsilon });
    expect([all[0], all.at(-1)]).toEqual([0, 0.5]);
    expect([...new Set(all)].sort((a, b) => a - b)).toEqual(all);
    if (epsilon < 0.5) expect(all).toContain(epsilon);
  });

  it.each([1, 2, 8, 12, 32])('steps of %i double, and go to twice as many', (steps) => {
    const all = stepsOf({ steps });
    expect([...new Set(all)].sort((a, b) => a - b)).toEqual(all);
    expect(all.slice(-2)).toEqual([steps, 2 * steps]);
    expect(all[0]).toBe(1);
  });

  it('steps reach as far together, and none is longer than epsilon', () => {
    expect(withSteps(rob28.budget, 4).alpha).toBeCloseTo((8 * 3) / 255, 9);
    expect(withSteps(rob28.budget, 1).alpha).toBe(rob28.budget.epsilon);
    expect(withSteps(rob28.budget, 64).alpha).toBe(rob28.budget.alpha);
  });

  it('the step grows with epsilon', () => {
    expect(withEpsilon(rob224.budget, 16 / 255)).toMatchObject({ alpha: 6 / 255, steps: 32 });
  });
});

describe('the curves of a small network', () => {
  it('begin without an attack and fall', async () => {
    const engine = await createEngine({ device: 'cpu', threads: 1 });
    await withSmallSubject(engine, { sample: [0, 1, 2, 3, 4, 5, 6, 7] }, async (subject) => {
      const { epsilonCurve: epsilons, stepsCurve: steps } = await curves(subject);
      expect(epsilons[0]?.recall).toEqual({ ES: 1, LTM: 1, GTM: 1, worst: 1 });
      expect(epsilons.at(-1)?.recall.worst).toBe(0);
      expect(steps.map(({ at }) => at)).toEqual(stepsOf(budget));
      for (const { recall } of steps) {
        expect(recall.worst).toBeLessThanOrEqual(Math.min(recall.ES, recall.LTM, recall.GTM));
      }
    });
  });
});
