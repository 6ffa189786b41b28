import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { rowDistance } from '../../attack/distances.ts';
import type { Objective } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { anchorObjective, candidateObjective } from '../../trainer/defenses/ca-tride-objectives.ts';
import { collapseness } from '../../trainer/defenses/collapseness.ts';
import { STOP_BELOW } from '../../trainer/defenses/options.ts';
import { nearestHalfMean } from '../../trainer/losses/index.ts';
import { expectNear, GRADIENTS, golden, type Matrix, VALUES, type Vector } from '../attack/support/golden.ts';
import { differentiate, matrix } from '../attack/support/tensors.ts';

interface Roles {
  readonly A: Matrix;
  readonly P: Matrix;
  readonly N: Matrix;
}

interface Moment {
  readonly iteration: number;
  readonly perturbed_before: Matrix;
  readonly dis_ap: Vector;
  readonly dis_an: Vector;
  readonly w_m_ap: number;
  readonly w_m_an: number;
  readonly collapseness_release: number;
  readonly hardness_H: number;
  readonly loss: number;
  readonly stopped_here: boolean;
  readonly an_top_half?: number;
  /** Not there where the attack stopped. */
  readonly grad_perturbed?: Matrix;
}

interface Slide {
  readonly d_omega_ap: number;
  readonly d_omega_an: number;
  readonly collapseness: number;
}

interface Case {
  readonly scenario: string;
  readonly objective: 'CAP' | 'ANP';
  readonly metric: 'E' | 'N';
  readonly lambda: number;
  readonly eps: number;
  readonly alpha: number;
  readonly trace: readonly Moment[];
  readonly perturbed_final: Matrix;
  readonly slides_formula: readonly Slide[];
}

const reference = golden<{ readonly scenarios: Readonly<Record<string, Roles>>; readonly cases: readonly Case[] }>(
  'collapseness',
);

function rolesOf({ scenario }: Case): Roles {
  const roles = reference.scenarios[scenario];
  if (roles === undefined) throw new Error(`no scenario ${scenario}`);
  return roles;
}

/** The released objective as a function of the perturbed images: the encoder is the identity. */
function released({ objective, metric, lambda }: Case): Objective {
  const points = { weightSign: '+', anchorGoal: 'minimise', lambda } as const;
  return objective === 'CAP' ? candidateObjective(points, metric) : anchorObjective(points, metric);
}

const embed = (rows: tf.Tensor2D, { metric }: Case): tf.Tensor2D => (metric === 'E' ? rows : normalise(rows));

function objectiveOf(each: Case): (rows: tf.Tensor2D) => tf.Tensor {
  const { A, P, N } = rolesOf(each);
  const constants = {
    anchors: embed(matrix(A), each),
    positives: embed(matrix(P), each),
    negatives: embed(matrix(N), each),
  };
  return (rows) => released(each).evaluate(embed(rows, each), constants, 'N');
}

/** Distances of the triplets at one moment, anchors or candidates perturbed. */
function distancesAt(each: Case, moment: Moment): { near: tf.Tensor1D; far: tf.Tensor1D } {
  const { A, P, N } = rolesOf(each);
  const rows = moment.perturbed_before;
  const half = rows.length / 2;
  const [a, p, n] = each.objective === 'CAP' ? [A, rows.slice(0, half), rows.slice(half)] : [rows, P, N];
  const [anchors, positives, negatives] = [a, p, n].map((role) => embed(matrix(role), each)) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  return {
    near: rowDistance(positives, anchors, each.metric),
    far: rowDistance(anchors, negatives, each.metric),
  };
}

const label = '$objective on $scenario in $metric, lambda $lambda';

describe('the collapseness agrees with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has every scenario', () => {
    expect(reference.cases.length).toBe(32);
    expect(new Set(reference.cases.map(({ scenario }) => scenario)).size).toBe(4);
  });

  it.each(reference.cases)(`distances, weighted means and hardness of ${label}`, (each) => {
    for (const moment of each.trace) {
      const { near, far } = distancesAt(each, moment);
      const measure = collapseness(near, far, each.lambda, '+');
      expectNear(near.dataSync(), moment.dis_ap);
      expectNear(far.dataSync(), moment.dis_an);
      expectNear(measure.positive.dataSync(), moment.w_m_ap);
      expectNear(measure.negative.dataSync(), moment.w_m_an);
      expectNear(measure.value.dataSync(), moment.collapseness_release, { ...VALUES, absolute: 4e-6 });
      expectNear(near.mean().sub(far.mean()).dataSync(), moment.hardness_H, { ...VALUES, absolute: 4e-6 });
      if (moment.an_top_half !== undefined) expectNear(nearestHalfMean(far).dataSync(), moment.an_top_half);
    }
  });

  it.each(reference.cases)(`the published weighting at the same distances of ${label}`, (each) => {
    each.slides_formula.forEach((slide, i) => {
      const { near, far } = distancesAt(each, each.trace[i] as Moment);
      const measure = collapseness(near, far, each.lambda, '-');
      expectNear(measure.positive.dataSync(), slide.d_omega_ap);
      expectNear(measure.negative.dataSync(), slide.d_omega_an);
      expectNear(measure.value.dataSync(), slide.collapseness, { ...VALUES, absolute: 4e-6 });
    });
  });
});

describe('the attacks of CA-TRIDE agree with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(reference.cases)(`value, gradient and stop at each step of ${label}`, (each) => {
    for (const moment of each.trace) {
      const { values, gradients } = differentiate(objectiveOf(each), [matrix(moment.perturbed_before)]);
      expectNear(values, moment.loss, { ...VALUES, absolute: 4e-6 }, `objective ${moment.iteration}`);
      const gradient = gradients[0] ?? [];
      if (moment.grad_perturbed === undefined) expect(gradient.every((g) => g === 0)).toBe(true);
      else expectNear(gradient, moment.grad_perturbed, GRADIENTS, `gradient ${moment.iteration}`);
      expect((values[0] as number) < STOP_BELOW).toBe(moment.stopped_here);
    }
  });

  it.each(reference.cases)(`the whole walk of ${label}`, (each) => {
    const { A, P, N } = rolesOf(each);
    const start = (each.objective === 'CAP' ? [...P, ...N] : [...A]).flat();
    const width = A[0]?.length ?? 0;
    let rows = [...start];
    for (let step = 0; step < 3; step++) {
      const current = tf.tensor2d(rows, [rows.length / width, width]);
      const { values, gradients } = differentiate(objectiveOf(each), [current]);
      if ((values[0] as number) < STOP_BELOW) break;
      rows = rows.map((value, i) => {
        const moved = value - each.alpha * Math.sign(gradients[0]?.[i] as number);
        const origin = start[i] as number;
        return Math.min(1, Math.max(0, Math.max(origin - each.eps, Math.min(origin + each.eps, moved))));
      });
    }
    expectNear(rows, each.perturbed_final, { relative: 0, absolute: 1e-5 });
  });
});
