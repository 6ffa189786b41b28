import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { type LossName, losses } from '../../../trainer/losses/index.ts';
import { defaultMiner, type MinedLossOptions, mask, minedLoss } from '../../../trainer/losses/mined.ts';
import { robRankLosses } from '../../../trainer/losses/robrank.ts';
import { drawTriplets, type MinerName, miners } from '../../../trainer/miners/index.ts';
import { combinations, select, viewOf } from './combinations.ts';

describe('a mined loss', () => {
  it.each(combinations)('$name selects what its specs say, in the bounds of the batch', ({ mined }) => {
    const view = viewOf(5, 'specs', mined);
    const specs = mined.specs(10);
    const selection = select(mined, view);
    expect(Object.keys(selection).sort()).toEqual(Object.keys(specs).sort());
    for (const [name, spec] of Object.entries(specs)) {
      const { shape, data } = selection[name] ?? { shape: [], data: new Float32Array(0) };
      expect(shape).toEqual('shape' in spec ? spec.shape : spec);
      expect(data instanceof Int32Array).toBe('dtype' in spec);
      if (data instanceof Int32Array) expect(data.every((row) => row >= 0 && row < 10)).toBe(true);
      else expect(data.every((value) => value === 0 || value === 1)).toBe(true);
    }
  });

  it.each(combinations)('$name selects the same for equal seeds', ({ mined }) => {
    const view = viewOf(6, 'seeds', mined);
    expect(select(mined, view, 5)).toEqual(select(mined, view, 5));
  });

  it('has the margin and the miner of the released code where none is named', () => {
    for (const { loss, metric, mined } of combinations) {
      expect(mined.margin).toBe(losses[loss].margins[metric]);
      expect(mined.name).toBe(`${loss}-${defaultMiner[loss]}-${metric}`);
    }
    expect(minedLoss({ loss: 'triplet', metric: 'N', margin: 0.7 }).margin).toBe(0.7);
  });

  it('takes the triplets that its miner draws, with the switch', () => {
    const switched = minedLoss({ loss: 'triplet', miner: 'distance', metric: 'N', pSwitch: 1 });
    const view = viewOf(4, 'switch', switched);
    const { anchors, positives, negatives } = select(switched, view);
    expect(positives).toEqual(anchors);
    expect(Array.from(negatives?.data ?? [])).toEqual([1, 3, 5, 7]);
    const plain = minedLoss({ loss: 'triplet', miner: 'softhard', metric: 'N' });
    const drawn = drawTriplets(miners.softhard.candidates(view), createRandom('draw'));
    const selected = select(plain, view);
    expect([selected.positives, selected.negatives].map((each) => Array.from(each?.data ?? []))).toEqual([
      drawn.positives,
      drawn.negatives,
    ]);
  });

  it('gives the rhomboid loss the other rows of the pairs of its negatives', () => {
    const mined = minedLoss({ loss: 'rhomboid', metric: 'N' });
    const { negatives, partners } = select(mined, viewOf(5, 'partners', mined));
    negatives?.data.forEach((row, k) => {
      expect(partners?.data[k]).toBe(row % 2 === 0 ? row + 1 : row - 1);
    });
  });

  it('has learnable numbers where the loss has', () => {
    expect(minedLoss({ loss: 'margin', metric: 'N' }).parameters).toEqual({ beta: { initial: 0.6, rate: 5e-4 } });
    expect(minedLoss({ loss: 'triplet', metric: 'N' }).parameters).toEqual({});
  });

  it('reads the multi-similarity selection as released where asked to', () => {
    const count = (reading: 'corrected' | 'released'): number => {
      const mined = minedLoss({ loss: 'multisimilarity', metric: 'N', reading });
      const { positives } = select(mined, { ...viewOf(3, 'reading', mined), labels: [0, 0, 1, 1, 2, 2] });
      return Array.from(positives?.data ?? []).reduce((sum, value) => sum + value, 0);
    };
    expect(count('released')).toBe(6);
    expect(count('corrected')).toBeLessThanOrEqual(3);
  });
});

describe('what does not go together is refused, with what does', () => {
  const refused: readonly [MinedLossOptions, RegExp][] = [
    [{ loss: 'snr', metric: 'C' }, /"C".*"snr".*E, N/],
    [{ loss: 'multisimilarity', metric: 'E' }, /"E".*N, C/],
    [{ loss: 'triplet', miner: 'lifted', metric: 'N' }, /"lifted".*"triplet".*semihard/],
    [{ loss: 'npair', miner: 'semihard', metric: 'N' }, /"semihard".*"npair": npair/],
    [{ loss: 'triplet', miner: 'distance', metric: 'E' }, /"E", not N.*"distance"/],
    [{ loss: 'lifted', metric: 'N', pSwitch: 0.1 }, /0\.1.*draws no triplets/],
    [{ loss: 'triplet', metric: 'N', pSwitch: 1.5 }, /1\.5.*probability/],
    [{ loss: 'hinge' as LossName, metric: 'N' }, /"hinge".*triplet, /],
    [{ loss: 'triplet', miner: 'easy' as MinerName, metric: 'N' }, /"easy".*random, /],
  ];

  it.each(refused)('%o', (options, message) => {
    expect(() => minedLoss(options)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('a loss that lacks the rows or numbers it needs says so by its name', () => {
    const setting = { metric: 'N', margin: 0.2, parameters: {} } as const;
    const none = undefined as never;
    for (const name of ['quadruplet', 'rhomboid', 'margin'] as const) {
      expect(() => losses[name].terms(none, none, none, setting)).toThrow(new RegExp(`${name} loss needs`));
    }
  });
});

describe('the names that papers use', () => {
  it.each(Object.entries(robRankLosses))('%s can be trained with, in both readings', (name, options) => {
    expect(name.endsWith(options.metric)).toBe(true);
    for (const reading of ['corrected', 'released'] as const) {
      const mined = minedLoss({ ...options, reading });
      expect(Object.keys(select(mined, viewOf(4, name, mined))).length).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('mask', () => {
  it('is 1 where a row is in the group', () => {
    expect(Array.from(mask([[1], [], [0, 2]], 3).data)).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 1]);
  });
});
