/** Where progress is shown: standard error, so that standard output stays clean for results. */
export interface ProgressLine {
  /** Shows the state of the work; on a terminal it replaces what was shown before. */
  update(text: string): void;
  /** Ends the line and keeps `text` on it. */
  finish(text: string): void;
}

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR = '\r\u001b[K';

/**
 * One line of progress. On a terminal it is rewritten in place; elsewhere a line is written at most every
 * `interval` milliseconds.
 */
export function progressLine(stream: TerminalStream = process.stderr, interval = 5000): ProgressLine {
  let last = Number.NEGATIVE_INFINITY;
  const rewrite = (text: string): string => `${CLEAR}${text.slice(0, (stream.columns ?? 120) - 1)}`;
  return {
    update(text) {
      const now = performance.now();
      if (stream.isTTY === true) stream.write(rewrite(text));
      else if (now - last >= interval) {
        last = now;
        stream.write(`${text}\n`);
      }
    },
    finish(text) {
      // What stays may be longer than the line.
      stream.write(stream.isTTY === true ? `${CLEAR}${text}\n` : `${text}\n`);
    },
  };
}

/** A bar such as `[=====>    ]  52 %`. */
export function bar(done: number, total: number, width = 24): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * width);
  const head = filled < width ? '>' : '';
  return `[${'='.repeat(filled)}${head}${' '.repeat(Math.max(0, width - filled - 1))}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** Columns of text, aligned: the first to the left, the others to the right, a rule under the first row. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const lines = rows.map((row) =>
    widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width))).join('  '),
  );
  const [head = '', ...body] = lines;
  return [head, '-'.repeat(head.length), ...body].join('\n');
}
