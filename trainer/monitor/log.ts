import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';

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

/** Opens a log at the length that the checkpoint remembers; what a killed run wrote after it is cut off. */
export function openLog(path: string, bytes: number): RunLog {
  if (existsSync(path) && statSync(path).size > bytes) truncateSync(path, bytes);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const lines = text.split('\n').flatMap(parsed);
  let length = Buffer.byteLength(text);
  return {
    lines,
    get bytes() {
      return length;
    },
    append(line) {
      const written = `${JSON.stringify(line)}\n`;
      appendFileSync(path, written);
      length += Buffer.byteLength(written);
      lines.push(line);
    },
  };
}

/** A machine that lost power may leave a line cut short: it is no line. */
function parsed(text: string): LogLine[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
