import type { z } from 'zod';
import { HoldfastError } from '../../../base/errors.ts';
import { auditResult } from '../../jobs/kinds/audit/result.ts';
import { jobSchema } from '../../jobs/schema.ts';
import type { Job, JobQueue } from '../../jobs/types.ts';

/** An audit as it leaves the server: a job of the kind `audit`, with what it came to. */
export const auditSchema = jobSchema
  .pick({ id: true, input: true, state: true, cancelRequested: true, progress: true, error: true })
  .extend(jobSchema.pick({ createdAt: true, startedAt: true, finishedAt: true }).shape)
  .extend({ result: auditResult.nullable().describe('null until the audit is done') });
export type AuditView = z.output<typeof auditSchema>;

export function viewOf({ kind: _kind, starts: _starts, failures: _failures, result, ...job }: Job): AuditView {
  return { ...job, result: auditResult.safeParse(result).data ?? null };
}

/** The job of an audit. @throws HoldfastError AUDIT_UNKNOWN, also for a job of another kind */
export async function findAudit(queue: Pick<JobQueue, 'get'>, id: string): Promise<Job> {
  const job = await queue.get(id);
  if (job?.kind !== 'audit') throw new HoldfastError('AUDIT_UNKNOWN', `no audit "${id}"`);
  return job;
}
