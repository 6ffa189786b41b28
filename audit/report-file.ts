import { readFileSync } from 'node:fs';
import { HoldfastError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import { reportSchema } from './schema.ts';
import type { AuditReport } from './types.ts';

/** Writes a report as `audit.json`; what has no value (NaN) becomes null. @throws the file system's error */
export function writeReport(path: string, report: AuditReport): void {
  writeFileAtomic(path, `${JSON.stringify(report)}\n`);
}

/** Reads a report that `writeReport` wrote. @throws HoldfastError AUDIT_UNREADABLE naming the file and what is wrong with it */
export function readReport(path: string): AuditReport {
  const result = reportSchema.safeParse(parsed(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unreadable(path, `${issue?.path.join('.') || 'its content'}: ${issue?.message}`, result.error);
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw unreadable(path, 'is not JSON', cause);
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unreadable(path: string, reason: string, cause: unknown): HoldfastError {
  return new HoldfastError('AUDIT_UNREADABLE', `${path}: ${reason}`, { cause });
}
