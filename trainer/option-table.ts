import { choice, duration, flag, levels, number, optional, text, whole, withDefault } from '../base/option-kinds.ts';
import type { OptionTable, OptionValuesOf } from '../base/options.ts';
import { backbones } from '../embedding/backbones/index.ts';
import { dataSets } from './data/index.ts';
import { defenses, type PresetName, presets } from './defenses/index.ts';
import { type LossName, losses } from './losses/index.ts';
import { type MinerName, miners } from './miners/index.ts';
import { SCHEDULES } from './schedule.ts';
import type { Split } from './types.ts';

export const DEFAULT_BACKBONE = 'compact';

const RECIPE = "the recipe's";
const PRESET = "the preset's";
const lossNames = Object.keys(losses) as LossName[];
const minerNames = Object.keys(miners) as MinerName[];
const presetNames = Object.keys(presets) as PresetName[];

/** Every option of `npm run harden` but `--help`, in the order of the help. */
export const optionTable = {
  data: withDefault(text(), `data set: ${dataSets.map(({ name }) => name).join(', ')}`, 'emoji'),
  folder: optional(text('PATH'), 'where the data set lies, for those that are not installed'),
  backbone: withDefault(text(), `network: ${Object.keys(backbones).join(', ')}`, DEFAULT_BACKBONE),
  defense: withDefault(choice(Object.keys(defenses)), `training: ${Object.keys(defenses).join(', ')}`, 'ca-tride'),
  init: optional(text('MODEL'), 'begin with the weights of this model version, by name or folder'),
  pretrained: optional(text('FILE'), 'begin with the weights of this file of another library'),
  split: withDefault(
    choice<Split>(['test', 'validation']),
    'judge on test, or on validation classes held out of training, for tuning',
    'test',
  ),
  seed: withDefault(whole(0), 'of all randomness', 1),
  budget: optional(duration(), 'fit the training into this time, such as 5m or 1h', "the recipe's length"),
  loss: optional(choice(lossNames), lossNames.join(', '), RECIPE),
  metric: optional(choice(['E', 'N', 'C']), 'distance: E Euclidean, N of unit embeddings, C cosine', RECIPE),
  miner: optional(choice(minerNames), minerNames.join(', '), `${RECIPE} or the loss's`),
  epochs: optional(whole(1), 'of control and defense each', RECIPE),
  pairs: optional(whole(2), 'anchors with their positives in a batch', RECIPE),
  rate: optional(number(0), 'learning rate of control and defense', RECIPE),
  schedule: optional(choice(SCHEDULES), SCHEDULES.join(' or '), RECIPE),
  warmup: optional(whole(0), 'updates in which the rate grows to its value', RECIPE),
  'weight-decay': optional(number(0), 'L2, added to the gradient', RECIPE),
  'clip-norm': optional(number(Number.MIN_VALUE), 'largest norm of all gradients together', 'not clipped'),
  average: optional(number(0, 1), 'judge and publish a moving average of the weights with this decay', 'none'),
  'batch-norm': optional(choice(['frozen', 'live']), 'statistics in training: frozen or live', RECIPE),
  epsilon: optional(levels(), 'largest change of a pixel in training, in 1/255', RECIPE),
  alpha: optional(levels(), 'step size of the attack in training, in 1/255', RECIPE),
  steps: optional(whole(1), 'steps of the attack in training', RECIPE),
  preset: withDefault(choice(presetNames), `reading of CA-TRIDE: ${presetNames.join(' or ')}`, 'paper' as PresetName),
  lambda: optional(number(0), "sharpness of the collapseness' weights", RECIPE),
  'weight-sign': optional(choice(['+', '-']), 'pairs that weigh most: + the farthest, - the closest', PRESET),
  'anchor-goal': optional(
    choice(['minimise', 'maximise']),
    "what the anchors' attack does to the collapseness",
    PRESET,
  ),
  regulariser: optional(choice(['always', 'anchor', 'off']), 'batches with L_TR: always, anchor or off', PRESET),
  'step-scale': optional(choice(['linear', 'none']), 'whether the step grows with the epochs: linear or none', PRESET),
  'validate-every': optional(whole(1), 'epochs from one validation to the next', RECIPE),
  'checkpoint-every': withDefault(duration(), 'time from one checkpoint to the next', 60, '60s'),
  'log-every': withDefault(whole(1), 'batches from one line of the log to the next', 10),
  'no-collapse-monitor': flag('go on when the training has collapsed'),
  queries: withDefault(whole(1), 'attacked queries of the closing table', 256),
  device: optional(text(), 'cpu, webgpu, cuda, tfjs, or auto for the fastest that works', 'HOLDFAST_DEVICE, cpu'),
  threads: optional(text('NUMBER'), 'threads of one operation on the CPU', 'HOLDFAST_THREADS, one per core'),
  output: optional(text('FOLDER'), 'where the model version is written', 'HOLDFAST_DATA/models'),
  name: optional(text('VERSION'), 'of the model version', 'data set, network, training and seed'),
  server: optional(
    text('URL'),
    'give the training to this server as a job, with the key in HOLDFAST_KEY',
    'train here',
  ),
  resume: flag('refuse to begin: only go on with a run that was stopped'),
  fresh: flag('forget what an earlier run of this name has done'),
} as const satisfies OptionTable;

/** The value of each option by its name. */
export type OptionValues = OptionValuesOf<typeof optionTable>;
