import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';

/**
 * Threads of one operation unless told otherwise: as many as there are cores. The second thread of a core adds nothing
 * to arithmetic that keeps the first one busy.
 */
export function defaultThreads(): number {
  return Math.min(physicalCores() ?? availableParallelism(), availableParallelism());
}

/** @throws HoldfastError OPTION_INVALID. @param what was set to it, for the message. */
export function checkThreads(threads: number, what: string): number {
  const most = availableParallelism();
  if (Number.isInteger(threads) && threads >= 1 && threads <= most) return threads;
  throw new HoldfastError('OPTION_INVALID', `${what}: must be a whole number from 1 to ${most}, the processors here`);
}

/**
 * The cores that this process may run on, as Linux describes them; undefined where it does not.
 * @param topology the folder that has one folder per processor. @param status the file that lists the processors allowed.
 */
export function physicalCores(topology = '/sys/devices/system/cpu', status = '/proc/self/status'): number | undefined {
  try {
    const allowed = parseList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(status, 'utf8'))?.[1] ?? '');
    const present = readdirSync(topology).flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? []);
    const cores = present
      .filter((processor) => allowed.has(Number(processor)))
      .map((processor) =>
        readFileSync(join(topology, `cpu${processor}`, 'topology', 'thread_siblings_list'), 'utf8').trim(),
      );
    return new Set(cores).size || undefined;
  } catch {
    return undefined;
  }
}

/** The numbers of a list such as `0-3,8`. */
function parseList(text: string): Set<number> {
  const numbers = new Set<number>();
  for (const range of text.split(',')) {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    for (let number = first; number <= last; number++) numbers.add(number);
  }
  return numbers;
}
