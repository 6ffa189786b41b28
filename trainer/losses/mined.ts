import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Random } from '../../base/random.ts';
import { normalise } from '../../embedding/normalise.ts';
import type { InputSpec, NdArray } from '../../engine/types.ts';
import { drawGroups, drawTriplets, miners, releasedMiners } from '../miners/index.ts';
import { secondNegatives } from '../miners/second-negatives.ts';
import type {
  Candidates,
  GroupLoss,
  LossParameter,
  LossSetting,
  Metric,
  MinerInput,
  Reading,
  TripletLoss,
} from '../types.ts';
import { type Combination, checkCombination, defaultMiner } from './compatible.ts';
import { losses } from './index.ts';
import { sumOfTerms } from './reducers.ts';

export { defaultMiner };

type Selection = Readonly<Record<string, Tensor>>;

/** A loss and what it works on, joined for training on SPC-2 batches (rows: anchor, positive, anchor, ...). */
export interface MinedLoss {
  readonly name: string;
  readonly metric: Metric;
  readonly margin: number;
  /** Whether `select` goes by labels alone. */
  readonly blind: boolean;
  /** Learnable numbers of the loss, by name. */
  readonly parameters: Readonly<Record<string, LossParameter>>;
  /** Specs of what `select` gives for a batch of so many rows. */
  specs(rows: number): Readonly<Record<string, InputSpec>>;
  /** Draws from the clean embeddings of a batch what the loss works on: row numbers (int32, K) or masks (K x rows). */
  select(view: MinerInput, random: Random): Readonly<Record<string, NdArray>>;
  /** The loss of a batch: rows x D raw embeddings, which it normalises as the metric asks, and the selection. Differentiable. */
  evaluate(embeddings: Tensor2D, selection: Selection, parameters: Readonly<Record<string, Scalar>>): Scalar;
}

export interface MinedLossOptions extends Omit<Combination, 'miner'> {
  /** That of `defaultMiner` otherwise. */
  readonly miner?: Combination['miner'];
  /** That of the released code otherwise. */
  readonly margin?: number;
  /** Whether to go wrong where the released code does; `corrected` otherwise. */
  readonly reading?: Reading;
}

/** @throws HoldfastError OPTION_INVALID saying what goes with what, where loss, miner and metric do not go together */
export function minedLoss(options: MinedLossOptions): MinedLoss {
  const { loss: name, metric, reading = 'corrected', pSwitch = 0 } = options;
  const minerName = options.miner ?? defaultMiner[name];
  checkCombination({ loss: name, miner: minerName, metric, pSwitch });
  const loss = losses[name];
  const margin = options.margin ?? loss.margins[metric];
  const miner = (reading === 'released' ? releasedMiners : miners)[minerName];
  const part = loss.selection === 'triplets' ? onTriplets(loss, { pSwitch, reading }) : onGroups(loss);
  return {
    name: `${name}-${minerName}-${metric}`,
    metric,
    margin,
    blind: miner.blind ?? false,
    parameters: loss.parameters ?? {},
    specs: part.specs,
    select: (view, random) => part.select(view, miner.candidates(view), random),
    evaluate(embeddings, selection, parameters) {
      const rows = metric === 'E' ? embeddings : normalise(embeddings);
      return part.evaluate(rows, selection, { metric, margin, parameters });
    },
  };
}

/** What depends on the kind of selection. Embeddings already normalised. */
interface Part {
  readonly specs: MinedLoss['specs'];
  select(view: MinerInput, candidates: Candidates, random: Random): Readonly<Record<string, NdArray>>;
  evaluate(embeddings: Tensor2D, selection: Selection, setting: LossSetting): Scalar;
}

function onTriplets(loss: TripletLoss, draw: { readonly pSwitch: number; readonly reading: Reading }): Part {
  const further = loss.further ?? [];
  return {
    specs(rows) {
      const index = { shape: [Math.floor(rows / 2)], dtype: 'int32' } as const;
      return Object.fromEntries(['anchors', 'positives', 'negatives', ...further].map((name) => [name, index]));
    },
    select({ labels }, candidates, random) {
      const { anchors, positives, negatives } = drawTriplets(candidates, random, draw);
      const beside = {
        secondNegatives: () => secondNegatives(labels, negatives, random, draw.reading),
        // The rows of a pair differ in the last bit.
        partners: () => negatives.map((row) => row ^ 1),
      };
      const rows = { anchors, positives, negatives };
      const all = { ...rows, ...Object.fromEntries(further.map((name) => [name, beside[name]()])) };
      return Object.fromEntries(Object.entries(all).map(([name, list]) => [name, rowNumbers(list)]));
    },
    evaluate(embeddings, selection, setting) {
      const rows = (name: string): Tensor2D => embeddings.gather(selection[name] as Tensor1D);
      const beside = Object.fromEntries(further.map((name) => [name, rows(name)]));
      return sumOfTerms(loss.terms(rows('anchors'), rows('positives'), rows('negatives'), setting, beside));
    },
  };
}

function onGroups(loss: GroupLoss): Part {
  return {
    specs(rows) {
      const mask = [Math.floor(rows / 2), rows];
      return { positives: mask, negatives: mask };
    },
    select({ labels }, candidates, random) {
      const { positives, negatives } = drawGroups(candidates, random);
      return { positives: mask(positives, labels.length), negatives: mask(negatives, labels.length) };
    },
    evaluate(embeddings, { positives, negatives }, setting) {
      const masks = { positives: positives as Tensor2D, negatives: negatives as Tensor2D };
      return sumOfTerms(loss.terms(embeddings, masks, setting));
    },
  };
}

function rowNumbers(rows: readonly number[]): NdArray {
  return { shape: [rows.length], data: Int32Array.from(rows) };
}

/** Groups of row numbers as a mask: groups x rows, 1 or 0. */
export function mask(groups: readonly (readonly number[])[], rows: number): NdArray {
  const data = new Float32Array(groups.length * rows);
  groups.forEach((group, k) => {
    for (const row of group) data[k * rows + row] = 1;
  });
  return { shape: [groups.length, rows], data };
}
