import { describe, expect, it } from 'vitest';
import { checkHalves, checkSameData } from '../../trainer/check-data.ts';
import type { LogLine } from '../../trainer/monitor/log.ts';
import type { LabelledImages } from '../../trainer/types.ts';
import { patches } from './support.ts';

/** A set with pictures of these classes. */
function setOf(...labels: readonly number[]): LabelledImages {
  return { ...patches(1, 1, 8), labels: Int32Array.from(labels) };
}

describe('the halves of a set', () => {
  it('do for two classes to learn from and one with two pictures to judge on', () => {
    expect(() => checkHalves(setOf(0, 1), setOf(0, 1, 1), 'test')).not.toThrow();
  });

  it('are refused where there are no negatives', () => {
    expect(() => checkHalves(setOf(0, 0, 0), setOf(0, 0), 'test')).toThrow(
      expect.objectContaining({ code: 'DATA_DAMAGED', message: expect.stringContaining('1 class for training') }),
    );
  });

  it('are refused where nothing can be found, or nothing is left to judge on', () => {
    expect(() => checkHalves(setOf(0, 1), setOf(0, 1, 2), 'test')).toThrow(
      expect.objectContaining({ code: 'DATA_DAMAGED' }),
    );
    expect(() => checkHalves(setOf(0, 1), setOf(), 'validation')).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('--split validation') }),
    );
  });
});

describe('the data of a run that goes on', () => {
  const line = (fingerprint: string): LogLine => ({ kind: 'run', data: { fingerprint } });

  it('are those it was started with', () => {
    expect(() => checkSameData([], line('a'))).not.toThrow();
    expect(() => checkSameData([line('a'), { kind: 'batch', step: 1 }], line('a'))).not.toThrow();
    expect(() => checkSameData([line('a'), { kind: 'batch', step: 1 }], line('b'))).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_MISMATCH', message: expect.stringContaining('--fresh') }),
    );
  });
});
