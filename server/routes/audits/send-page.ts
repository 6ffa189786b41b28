import type { Response } from 'express';
import { POLICY } from '../../../audit/html/document.ts';
import type { Jobs } from '../../jobs/service.ts';
import type { Job } from '../../jobs/types.ts';
import { readReportFile } from './report.ts';

/** Answers with the page of an audit that is done. @throws HoldfastError AUDIT_UNFINISHED, AUDIT_UNKNOWN as `readReportFile` */
export async function sendPage(response: Response, job: Job, jobs: Pick<Jobs, 'data'>): Promise<void> {
  const page = await readReportFile(job, jobs, 'report.html');
  // It has its style in itself, which the policy of the other pages forbids.
  response.set('Content-Security-Policy', `${POLICY}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
  response.type('html').send(page);
}
