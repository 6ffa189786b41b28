import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import { HoldfastError } from '../../base/errors.ts';
import { type MinerName, miners } from '../miners/index.ts';
import type { Metric } from '../types.ts';
import { adversarial, previousLoss } from './adversarial.ts';
import { attackOn, ROLES, type TripletAttack } from './roles.ts';
import { hardnessOf, mine, type Scene } from './scene.ts';
import { marginOf, tripletLoss } from './triplet-loss.ts';
import type { Turn } from './turn.ts';
import type { Training, TrainingSetting } from './types.ts';

/** How hardness is compared with its aim, one value per triplet; each is minimised on average. */
const distances = {
  /** Only where a triplet is easier than its aim. */
  ET: (hardness: tf.Tensor1D, aim: tf.Tensor1D) => hardness.sub(aim).minimum(0).square(),
  L2: (hardness: tf.Tensor1D, aim: tf.Tensor1D) => hardness.sub(aim).square(),
  /** What is left of a divergence: its other term, constant, is the logarithm of a negative number. */
  KL: (hardness: tf.Tensor1D, aim: tf.Tensor1D) => share(hardness).mul(share(aim)).neg(),
} as const;

const share = (values: tf.Tensor1D): tf.Tensor1D => values.div(values.abs().sum().maximum(1e-12));

export interface HardnessOptions {
  /** Finds the triplets that are perturbed and trained on. */
  readonly source: MinerName;
  /** Finds the triplets whose hardness is the aim, where it is not gradual. */
  readonly destination: MinerName;
  readonly distance: keyof typeof distances;
  /** The aim rises with falling loss, from minus the margin to 0, alike for all triplets. */
  readonly gradual: boolean;
  /** Weight of intra-class structure: anchors stay nearer to where they were than to their positives. */
  readonly structure: number;
}

/** `ghmetsmi`, the method of the paper. */
export const HARDNESS: HardnessOptions = {
  source: 'softhard',
  destination: 'semihard',
  distance: 'ET',
  gradual: true,
  structure: 0.5,
};

const SETTLED = 1e-7;

function hardnessAttack(metric: Metric, distance: HardnessOptions['distance']): TripletAttack {
  const attack = attackOn('hm', ROLES, ({ anchors, positives, negatives }, { aim }) => {
    const hardness = rowDistance(anchors, positives, metric).sub<tf.Tensor1D>(rowDistance(anchors, negatives, metric));
    return distances[distance](hardness, aim as tf.Tensor1D).mean();
  });
  return { ...attack, stopChangeBelow: SETTLED };
}

/**
 * HM, hardness manipulation: triplets become as hard as an aim says, and not harder (specification, section 4.6).
 * @throws HoldfastError OPTION_INVALID where source and destination are the same: nothing would be perturbed.
 */
export function hm(setting: TrainingSetting, options: HardnessOptions = HARDNESS): Training {
  const { source, destination, distance, gradual, structure } = options;
  if (source === destination) {
    throw new HoldfastError('OPTION_INVALID', `source and destination of hm are both "${source}"`);
  }
  const { metric } = setting.loss;
  const margin = marginOf(setting.loss);
  const aimOf = (scene: Scene): number[] => {
    if (gradual) {
      const aim = -Math.min(Math.max(previousLoss(scene.memory), 0), margin);
      return scene.triplets.anchors.map(() => aim);
    }
    return hardnessOf(scene.clean, mine({ miner: miners[destination], margin }, scene, setting), metric);
  };
  const turn: Turn = {
    name: 'hm',
    attack: hardnessAttack(metric, distance),
    compared: (scene) => {
      const aim = Float32Array.from(aimOf(scene));
      return { constants: { aim: { shape: [aim.length], data: aim } } };
    },
    loss: tripletLoss(setting),
    ...(structure > 0 && {
      term: {
        clean: ['anchors', 'positives'],
        evaluate: ({ anchors }, clean) =>
          rowDistance(clean.anchors, anchors, metric)
            .sub(rowDistance(clean.anchors, clean.positives, metric))
            .relu()
            .mean()
            .mul(structure),
      },
    }),
  };
  return adversarial(setting, { mining: { miner: miners[source], margin }, turns: [turn], remembers: gradual });
}
