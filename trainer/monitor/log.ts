import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { writingTo } from '../run-files.ts';

/** One line of a run's log: what it is, and figures and texts by name. */
export interface LogLine {
  readonly kind: 'run' | 'batch' | 'epoch' | 'validation';
  readonly [name: string]: unknown;
}

/** The log of a run, one JSON object a line. */
export interface RunLog {
  append(line: LogLine): void;
  /** All lines so far, over all sittings. */
  readonly lines: readonly LogLine[];
  /** Length of the file: a checkpoint remembers it, so that what came after it is not logged twice. */
  readonly bytes: number;
}

const NEWLINE = 0x0a;

/** Opens a log at the length that the checkpoint remembers; what a killed run wrote after it is cut off. @throws HoldfastError RUN_WRITE_FAILED */
export function openLog(path: string, bytes: number): RunLog {
  if (existsSync(path) && statSync(path).size > bytes) writingTo(path, () => truncateSync(path, bytes));
  const file = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const lines = file.toString('utf8').split('\n').flatMap(parsed);
  let { length } = file;
  // A line that was cut short must not take the next one with it.
  if (length > 0 && file.at(-1) !== NEWLINE) {
    writingTo(path, () => appendFileSync(path, '\n'));
    length += 1;
  }
  return {
    lines,
    get bytes() {
      return length;
    },
    append(line) {
      const written = `${JSON.stringify(line)}\n`;
      writingTo(path, () => appendFileSync(path, written));
      length += Buffer.byteLength(written);
      lines.push(line);
    },
  };
}

/** A machine that lost power may leave a line cut short, or what is no line at all. */
function parsed(text: string): LogLine[] {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isLine(value: unknown): value is LogLine {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
