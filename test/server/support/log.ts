import { createLog, type Log } from '../../../server/log.ts';
import type { LogLevel } from '../../../server/options.ts';

/** A line that was logged. */
export interface Entry {
  readonly level: string;
  readonly message: string;
  readonly [name: string]: unknown;
}

export interface MemoryLog {
  readonly log: Log;
  /** The lines so far, as they were written. */
  readonly lines: readonly string[];
  entries(): Entry[];
  /** The errors among the lines. */
  faults(): string[];
}

/** The log of the server, kept in memory. */
export function memoryLog(level: LogLevel = 'debug'): MemoryLog {
  const lines: string[] = [];
  return {
    log: createLog(level, { write: (line) => lines.push(line) }),
    lines,
    entries: () => lines.map((line) => JSON.parse(line)),
    faults: () => lines.filter((line) => JSON.parse(line).level === 'error'),
  };
}
