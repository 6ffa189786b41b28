import type { LossName } from '../losses/index.ts';
import type { MinerName } from '../miners/index.ts';
import { act } from './act.ts';
import { amd, amdSemi, ramd } from './amd.ts';
import { caTride } from './ca-tride.ts';
import { est } from './est.ts';
import { HARDNESS, hm } from './hm.ts';
import { type CaTrideOptions, type PresetName, presets } from './options.ts';
import { rest } from './rest.ts';
import { ses } from './ses.ts';
import { tbc } from './tbc.ts';
import type { Training, TrainingSetting } from './types.ts';
import { vanilla } from './vanilla.ts';

export { pretraining } from './pretrain.ts';
export type { Batch, BatchReport, Training, TrainingSetting } from './types.ts';
export { type CaTrideOptions, type PresetName, presets };

type Defense = (setting: TrainingSetting, options: CaTrideOptions) => Training;

/** Every way to train a retrieval model against attacks, and none. */
export const defenses: Readonly<Record<string, Defense>> = {
  vanilla: (setting) => vanilla(setting),
  est: (setting) => est(setting),
  act: (setting) => act(setting),
  hm: (setting) => hm(setting),
  'ca-anp': (setting, options) => caTride(setting, options, ['anchors']),
  'ca-cap': (setting, options) => caTride(setting, options, ['candidates']),
  'ca-tride': (setting, options) => caTride(setting, options),
};

/** Whether a system trains with CA-TRIDE's attacks and loss, whole or in part; its options then say how. */
export function isCaTride(name: string): boolean {
  return ['ca-anp', 'ca-cap', 'ca-tride'].includes(name);
}

/**
 * The loss and the miner that a system is trained with: those of the setting, but for methods that bring their own. The control
 * beside them always has the setting's.
 */
export function trainedWith(name: string, { loss, miner }: { readonly loss: LossName; readonly miner: MinerName }) {
  if (isCaTride(name)) return { loss: 'triplet', miner: 'ghard' } as const;
  return { loss, miner: name === 'hm' ? HARDNESS.source : miner };
}

/** What the defenses above were compared with on the way to them; not offered by the command. */
export const forerunners: Readonly<Record<string, (setting: TrainingSetting) => Training>> = {
  ses: (setting) => ses(setting),
  rest: (setting) => rest(setting),
  amd: (setting) => amd(setting),
  ramd: (setting) => ramd(setting),
  'amd-semi': (setting) => amdSemi(setting),
  tbc: (setting) => tbc(setting),
};
