import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Budget } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { candidateObjective, usesRegulariser } from '../../trainer/defenses/ca-tride-objectives.ts';
import { type CaTrideOptions, presets } from '../../trainer/defenses/index.ts';
import { stepShare, TURNS } from '../../trainer/defenses/options.ts';
import { expectNear, golden, type Matrix, type Vector } from '../attack/support/golden.ts';
import { matrix } from '../attack/support/tensors.ts';

interface Schedule {
  readonly epoch0: { readonly epoch: number; readonly maxepoch: number; readonly loss_per_iteration: Vector };
  readonly decay: readonly {
    readonly epoch: number;
    readonly maxepoch: number;
    readonly adv_decay: number;
    readonly max_abs_delta_after_1_step: number;
  }[];
  readonly A: Matrix;
  readonly P: Matrix;
  readonly N: Matrix;
}

const reference = golden<Schedule>('catride_schedule');
const budget: Budget = { epsilon: 0.3, alpha: 0.05, steps: 16 };
const options = (preset: keyof typeof presets): CaTrideOptions => ({
  ...presets[preset],
  lambda: 10,
  margin: 0.2,
  budget,
});

describe('the schedule of CA-TRIDE', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(reference.decay)('scales the step by $adv_decay in epoch $epoch, as the reference does', (each) => {
    const share = stepShare(options('release'), each.epoch, each.maxepoch);
    expect(share).toBeCloseTo(each.adv_decay, 12);
    expectNear([share * budget.alpha], each.max_abs_delta_after_1_step, { relative: 1e-4, absolute: 1e-6 });
  });

  it('does not scale the step without a decay', () => {
    expect(stepShare({ ...options('release'), stepScale: 'none' }, 0, 75)).toBe(1);
  });

  it('leaves the objective of epoch 0 where it was: the images do not move', () => {
    const { A, P, N, epoch0 } = reference;
    const constants = { anchors: normalise(matrix(A)) };
    const value = candidateObjective(options('release'), 'N').evaluate(normalise(matrix([...P, ...N])), constants, 'N');
    for (const loss of epoch0.loss_per_iteration) expectNear(value.dataSync(), loss);
  });

  it('takes candidates and anchors in turn, candidates first', () => {
    expect(TURNS).toEqual(['candidates', 'anchors']);
  });

  it('puts L_TR where the options say', () => {
    const places = (regulariser: CaTrideOptions['regulariser']) =>
      (['candidates', 'anchors'] as const).map((turn) => usesRegulariser({ regulariser }, turn));
    expect(places('always')).toEqual([true, true]);
    expect(places('anchor')).toEqual([false, true]);
    expect(places('off')).toEqual([false, false]);
  });

  it('knows the published and the released reading of the method', () => {
    expect(presets).toEqual({
      paper: { weightSign: '-', anchorGoal: 'maximise', regulariser: 'anchor', stepScale: 'linear' },
      release: { weightSign: '+', anchorGoal: 'minimise', regulariser: 'always', stepScale: 'linear' },
    });
  });
});
