import { z } from 'zod';
import { standingOf } from '../../../../audit/standing.ts';
import type { AuditReport } from '../../../../audit/types.ts';

const figure = z.number().nullable();
const estimate = z
  .strictObject({ value: figure, low: figure, high: figure })
  .describe('0 to 100, with its 95 % interval by bootstrap over queries');

/** What an audit came to: no score without its interval and what the verdicts say of it. */
export const auditResult = z.strictObject({
  model: z.string(),
  images: z.int().describe('of the gallery that were judged on'),
  classes: z.int(),
  queries: z.int().describe('that were attacked'),
  ers: estimate,
  ars: estimate,
  verdicts: z.strictObject({
    holds: z.int(),
    raised: z.array(z.string()).describe('by their ids, which docs/verdicts.md explains'),
    unchecked: z.array(z.string()),
    believable: z.boolean(),
    headline: z.string(),
  }),
});
export type AuditResult = z.output<typeof auditResult>;

/** A report in short. */
export function resultOf({ model, data, queries, ers, ars, verdicts }: AuditReport): AuditResult {
  const { holds, raised, unchecked, believable, headline } = standingOf(verdicts);
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const shown = ({ value, low, high }: AuditReport['ers']) => ({
    ...{ value: finite(value), low: finite(low), high: finite(high) },
  });
  return {
    ...{ model: model.version, images: data.images, classes: data.classes, queries: queries.length },
    ...{ ers: shown(ers), ars: shown(ars) },
    verdicts: {
      ...{ holds: holds.length, believable, headline },
      raised: raised.map(({ id }) => id),
      unchecked: unchecked.map(({ id }) => id),
    },
  };
}
