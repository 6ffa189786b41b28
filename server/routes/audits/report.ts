import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../base/errors.ts';
import { auditFolder } from '../../jobs/kinds/audit/folder.ts';
import type { Jobs } from '../../jobs/service.ts';
import type { Job } from '../../jobs/types.ts';

/**
 * A file of the report of an audit that is done.
 * @throws HoldfastError AUDIT_UNFINISHED; AUDIT_UNKNOWN where its folder is not on this machine, or gone
 */
export async function readReportFile(
  { id, state }: Job,
  { data }: Pick<Jobs, 'data'>,
  name: 'audit.json' | 'report.html',
): Promise<string> {
  if (state !== 'done') throw new HoldfastError('AUDIT_UNFINISHED', `audit "${id}" is ${state}`);
  const path = join(auditFolder(data, id) ?? '', name);
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('AUDIT_UNKNOWN', `the report of audit "${id}" is not in this server's data folder`, {
      cause,
    });
  });
}
