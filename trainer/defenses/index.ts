import { caTride } from './ca-tride.ts';
import { type CaTrideOptions, type PresetName, presets } from './options.ts';
import type { Training, TrainingSetting } from './types.ts';
import { vanilla } from './vanilla.ts';

export { pretraining } from './pretrain.ts';
export type { Batch, BatchReport, Training, TrainingSetting } from './types.ts';
export { type CaTrideOptions, type PresetName, presets };

/** Every way to train a retrieval model against attacks, and none. */
export const defenses: Readonly<Record<string, (setting: TrainingSetting, options: CaTrideOptions) => Training>> = {
  vanilla: (setting) => vanilla(setting),
  'ca-tride': caTride,
};
