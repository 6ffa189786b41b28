import { z } from 'zod';
import { type Calibration, suspicionOf } from '../../attack/suspicion/calibration.ts';
import type { IncludeName } from './include.ts';
import type { Query } from './resolve.ts';

/** What an answer says of the query itself. */
export const querySchema = z.strictObject({
  vector: z.array(z.number()).optional().describe('its embedding'),
  suspicion: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .optional()
    .describe(
      'one less the share of the gallery whose embeddings move as far under small changes; null before the calibration',
    ),
  suspicious: z.boolean().nullable().optional().describe('suspicion of at least 0.99; null before the calibration'),
  calibrated: z.boolean().optional(),
});
export type QueryAnswer = z.infer<typeof querySchema>;

/** What was asked for of it; undefined when that is nothing. */
export function describeQuery(
  include: readonly IncludeName[],
  { vector, movements }: Query,
  calibration: Calibration | undefined,
): QueryAnswer | undefined {
  if (!include.some((name) => name === 'query' || name === 'suspicion')) return undefined;
  const own = include.includes('query') ? { vector: [...vector] } : {};
  if (!include.includes('suspicion')) return own;
  if (movements === undefined || calibration === undefined) {
    return { ...own, suspicion: null, suspicious: null, calibrated: false };
  }
  const { value, suspicious } = suspicionOf(movements, calibration);
  return { ...own, suspicion: value, suspicious, calibrated: true };
}
