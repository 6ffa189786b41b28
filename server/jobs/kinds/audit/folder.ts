import { join } from 'node:path';

/** The ids of both queues; no path can be made of one. */
const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9:_-]{0,127}$/;

/** The folder of an audit that is a job, in the data folder; undefined for what cannot be the id of a job. */
export function auditFolder(data: string, id: string): string | undefined {
  return JOB_ID.test(id) ? join(data, 'audits', `job-${id.replaceAll(':', '_')}`) : undefined;
}
