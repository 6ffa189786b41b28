import { z } from 'zod';
import { CHALLENGERS_BEHIND } from '../../attack/challengers.ts';
import { FULL_SCORE_EPSILON } from '../../attack/robustness.ts';
import { survivalRequest } from '../probe/survival.ts';
import { robustnessNames } from '../robustness.ts';
import type { SearchRequest } from './read.ts';

/** How the robustness of an answer was come by: figures of one protocol can be compared. */
export const protocolSchema = z.strictObject({
  robustness: z.enum(robustnessNames),
  k: z.int().min(1).describe('length of the list that a result is pushed out of'),
  behind: z.int().min(0).describe('candidates outside the list that were looked at'),
  fullScore: z.number().describe('the epsilon, in 1/255, from which on the score is 1'),
  probe: survivalRequest.optional().describe('the attacks that were made'),
});
export type Protocol = z.output<typeof protocolSchema>;

/** That of a search. An estimate looks at candidates outside the list, as those could displace a result. */
export function protocolOf({ robustness, k, probe }: Pick<SearchRequest, 'robustness' | 'k' | 'probe'>): Protocol {
  const behind = robustness === 'margin' || robustness === 'gradient' ? CHALLENGERS_BEHIND : 0;
  return { robustness, k, behind, fullScore: FULL_SCORE_EPSILON, ...(probe === undefined ? {} : { probe }) };
}
