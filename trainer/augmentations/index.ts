import type { AugmentationName } from '../types.ts';
import { crop } from './crop.ts';
import { none } from './none.ts';
import { pose } from './pose.ts';
import type { Augmentation } from './types.ts';

export type { Augmentation, Stored } from './types.ts';
export const augmentations: Readonly<Record<AugmentationName, Augmentation>> = { pose, crop, none };
