import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogLevel } from './options.ts';

/** What the server writes lines of JSON with: `log.info({ name: value }, 'what happened')`. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * A log of JSON lines, to standard output unless a stream is given. Each has `level`, `time` (ISO 8601) and `message`; an
 * error stands under `error`.
 */
export function createLog(level: LogLevel, stream: DestinationStream = destination({ dest: 1, sync: false })): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}
