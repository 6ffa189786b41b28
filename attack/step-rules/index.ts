import type { StepRuleName } from '../types.ts';
import { apgd } from './apgd.ts';
import { fixed } from './fixed.ts';
import type { StepRule } from './types.ts';

/** All rules by name. */
export const stepRules: Readonly<Record<StepRuleName, StepRule>> = { fixed, apgd };

export type { StepRule };
export { apgd, fixed };
