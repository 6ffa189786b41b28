import { describe, expect, it } from 'vitest';
import { defaultFloors, refusalOf, shortfallsOf } from '../../../server/models/gate.ts';

const training = { data: 'emoji', judgedOn: 'test', evaluationEpsilon: 8, evaluationSteps: 32 };
const serving = {
  ...{ version: 'old-1', training },
  metrics: { recallAt1: 0.424, recallAt1UnderEs: 0.414, recallAt1UnderRanking: 0.18 },
};
const candidate = (metrics: Readonly<Record<string, number>>, more = {}) => ({
  ...{ version: 'new-1', training: { ...training, ...more }, metrics: { ...serving.metrics, ...metrics } },
});

describe('the gate of a promotion', () => {
  it('lets a version lose a point of each figure, and not more', () => {
    expect(refusalOf(candidate({}), serving)).toBeUndefined();
    expect(refusalOf(candidate({ recallAt1: 0.414, recallAt1UnderRanking: 0.17 }), serving)).toBeUndefined();
    expect(refusalOf(candidate({ recallAt1: 0.4139 }), serving)).toContain('recallAt1');
    expect(refusalOf(candidate({ recallAt1UnderRanking: 0.1699 }), serving)).toContain('recallAt1UnderRanking');
  });

  it('says by how much', () => {
    const refusal = refusalOf(candidate({ recallAt1: 0.38, recallAt1UnderEs: 0.1 }), serving);
    expect(refusal).toBe(
      'new-1: recallAt1 is 38.0, 3.4 points below the floor of 41.4; recallAt1UnderEs is 10.0, 30.4 points below the floor of 40.4',
    );
  });

  it('takes floors that are given in place of the serving model', () => {
    expect(refusalOf(candidate({ recallAt1: 0.1 }), serving, { recallAt1: 0.05 })).toBeUndefined();
    expect(refusalOf(candidate({}), serving, { recallAt1: 0.5 })).toContain('7.6 points below the floor of 50.0');
    expect(refusalOf(candidate({}, { data: 'cub' }), serving, { recallAt1: 0.4 })).toBeUndefined();
  });

  it('refuses a version whose card lacks a figure that decides', () => {
    const { recallAt1: _left, ...rest } = serving.metrics;
    expect(refusalOf({ ...candidate({}), metrics: rest }, serving)).toBe(
      'new-1: its card has no recallAt1, and the floor is 41.4',
    );
  });

  it('does not compare figures of different judgements', () => {
    expect(refusalOf(candidate({}, { data: 'cub' }), serving)).toContain('differ in data');
    expect(refusalOf(candidate({}, { judgedOn: 'validation' }), serving)).toContain('differ in judgedOn');
    expect(refusalOf(candidate({}, { evaluationSteps: 4 }), serving)).toContain('differ in evaluationSteps');
  });

  it('has no floor where the serving model has no figure', () => {
    expect(defaultFloors({ metrics: {} })).toEqual({});
    expect(shortfallsOf({ metrics: {} }, {})).toEqual([]);
  });
});
