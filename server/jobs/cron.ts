import { Cron } from 'croner';
import { HoldfastError } from '../../base/errors.ts';

/** Five fields of digits and signs, or six with seconds: what all implementations of cron read alike. */
const FORM = /^[\d*,/-]+( [\d*,/-]+){4,5}$/;

/**
 * The next time after `after` that a cron expression names, in UTC; milliseconds since 1970.
 * @throws HoldfastError REQUEST_INVALID for what is no such expression, or names no time
 */
export function nextRun(cron: string, after: number): number {
  const next = FORM.test(cron) ? read(cron, after) : null;
  if (next === null)
    throw new HoldfastError('REQUEST_INVALID', `cron: "${cron}" names no time such as "0 3 * * *" does`);
  return next.getTime();
}

function read(cron: string, after: number): Date | null {
  try {
    return new Cron(cron, { timezone: 'UTC', paused: true }).nextRun(new Date(after));
  } catch {
    return null;
  }
}
