import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import { HARDNESS, hm } from '../../../trainer/defenses/hm.ts';
import type { TrainingSetting } from '../../../trainer/defenses/types.ts';
import { newLearner } from '../../../trainer/update.ts';
import { images, smallNet } from '../../attack/support/small-net.ts';
import { attackOf, recordingEngine } from './recording.ts';
import { initial, labels } from './support.ts';

const recorded = recordingEngine(createEagerEngine());
const setting: TrainingSetting = {
  engine: recorded.engine,
  backbone: smallNet,
  weightDecay: 0,
  loss: { loss: 'triplet', miner: 'semihard', metric: 'N' },
  budget: { epsilon: 8 / 255, alpha: 3 / 255, steps: 1 },
};

/** The aim that the attack of one update was given. */
async function aimAfter(memory: Readonly<Record<string, number>>): Promise<number[]> {
  recorded.runs.length = 0;
  const training = hm(setting);
  const batch = { images, labels, epoch: 0, epochs: 1, index: 0, random: createRandom('hm'), rate: 1e-3 };
  await training.train({ ...newLearner(initial), memory }, batch);
  await training.release();
  const aim = attackOf(recorded.runs)?.constants.aim;
  return [...(aim?.data ?? [])];
}

describe('hm', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each([
    [undefined, -0.2],
    [2, -0.2],
    [0.2, -0.2],
    [0.05, -0.05],
    [0, 0],
  ])('aims after a loss of %s at a hardness of %f', async (previousLoss, expected) => {
    const aim = await aimAfter(previousLoss === undefined ? {} : { previousLoss });
    expect(aim).toHaveLength(4);
    for (const value of aim) expect(value).toBeCloseTo(expected, 6);
    expect(attackOf(recorded.runs)?.steps.data[0]).toBe(1);
  });

  it('refuses a source that is its own destination, by name', () => {
    expect(() => hm(setting, { ...HARDNESS, source: 'semihard' })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('"semihard"') }),
    );
  });

  it('refuses a loss that is not on triplets alone, by name', () => {
    for (const loss of ['npair', 'quadruplet'] as const)
      expect(() => hm({ ...setting, loss: { loss, metric: 'N' } })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(`"${loss}"`) }),
      );
  });
});
