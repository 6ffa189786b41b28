import { Gauge, type Registry } from 'prom-client';
import { type AuditResult, auditResult } from '../jobs/kinds/audit/result.ts';
import type { JobQueue } from '../jobs/types.ts';

/** The scores of the last audit of the gallery that was done, with their intervals and what the verdicts say of them. */
export function addAuditGauges(queue: Pick<JobQueue, 'list'>, registers: Registry[]): void {
  let reading: Promise<AuditResult | undefined> | undefined;
  // A scrape asks every gauge at once: they share one look at the queue.
  const last = (): Promise<AuditResult | undefined> => {
    reading ??= lastResult(queue).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  new Gauge({
    name: 'holdfast_audit_score',
    help: 'Scores of the last audit of the gallery, 0 to 100, and the ends of their 95 % intervals',
    labelNames: ['model', 'score', 'bound'] as const,
    registers,
    async collect() {
      this.reset();
      const result = await last();
      if (result === undefined) return;
      for (const score of ['ers', 'ars'] as const) {
        for (const bound of ['value', 'low', 'high'] as const)
          this.set({ model: result.model, score, bound }, result[score][bound] ?? Number.NaN);
      }
    },
  });
  new Gauge({
    name: 'holdfast_audit_verdicts',
    help: 'Verdicts of the last audit of the gallery; with one that is raised its scores are not to be believed',
    labelNames: ['model', 'state'] as const,
    registers,
    async collect() {
      this.reset();
      const result = await last();
      if (result === undefined) return;
      const { holds, raised, unchecked } = result.verdicts;
      for (const [state, count] of Object.entries({ holds, raised: raised.length, unchecked: unchecked.length }))
        this.set({ model: result.model, state }, count);
    },
  });
}

async function lastResult(queue: Pick<JobQueue, 'list'>): Promise<AuditResult | undefined> {
  // A queue that cannot be reached must not take the other figures with it.
  const jobs = await queue.list({ kind: 'audit', state: 'done', limit: 1 }).catch(() => []);
  return auditResult.safeParse(jobs[0]?.result).data;
}
