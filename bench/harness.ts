import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { median, quantile } from '../base/statistics.ts';
import { table } from '../base/terminal.ts';

/** One thing that is timed. */
export interface Contender {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Timing {
  readonly name: string;
  /** Milliseconds. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Times contenders in turn (A B C, A B C, ...), so that a machine that slows down slows all of them.
 * The first rounds are not counted.
 */
export async function interleave(contenders: readonly Contender[], rounds: number, warmup = 3): Promise<Timing[]> {
  const times = contenders.map(() => [] as number[]);
  for (let round = 0; round < rounds + warmup; round++) {
    for (const [i, contender] of contenders.entries()) {
      const start = performance.now();
      await contender.run();
      if (round >= warmup) times[i]?.push(performance.now() - start);
    }
  }
  return contenders.map(({ name }, i) => {
    const list = times[i] as number[];
    return { name, median: median(list), low: quantile(list, 0.1), high: quantile(list, 0.9) };
  });
}

/** The machine, and the load that a bench found at its start: they belong beside every figure. */
export function machine(): Record<string, string | number> {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/** The commit of the code that measures. */
export function commitOf(): string {
  if (!existsSync('.git')) return 'not a checkout';
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}

export interface Report {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
  /** The figures behind the rows. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** What went wrong by these figures, a line each; the command fails then. */
  readonly faults?: readonly string[];
}

/** Prints reports as tables and writes them as JSON where a file is named. */
export function publish(
  about: ReturnType<typeof machine>,
  reports: readonly Report[],
  jsonFile: string | undefined,
): void {
  process.stdout.write(
    `${about.processor}, ${about.cores} cores, Node ${about.node}, load ${about.load}, ${about.date}\n`,
  );
  for (const report of reports) process.stdout.write(`\n${report.name}\n${table(report.rows)}\n`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify({ machine: about, reports }, null, 2)}\n`);
}

/** Rows as a Markdown table. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
