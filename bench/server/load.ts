import { quantile } from '../../base/statistics.ts';

/** An answer, or none. */
export interface Answer {
  /** 0 where the connection broke or nothing came in time. */
  readonly status: number;
  readonly milliseconds: number;
}

/** What a stretch of load came to. */
export interface Load {
  /** Answers with status 2xx in a second. */
  readonly perSecond: number;
  /** Milliseconds of those. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly refused: number;
  /** Milliseconds of the answers with status 503. */
  readonly refusedP99: number;
  /** Any other answer, and broken connections. */
  readonly failed: number;
}

/** What the answers other than 2xx were, in words. */
export function failuresOf(answers: readonly Answer[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) {
    if (status < 200 || status >= 300) counts.set(status, 1 + (counts.get(status) ?? 0));
  }
  const words = [...counts].map(([status, count]) => `${count} x ${status === 0 ? 'no answer' : status}`);
  return words.join(', ') || 'none';
}

export function summarise(answers: readonly Answer[], seconds: number): Load {
  const of = (accepts: (status: number) => boolean): number[] =>
    answers.filter(({ status }) => accepts(status)).map(({ milliseconds }) => milliseconds);
  const good = of((status) => status >= 200 && status < 300);
  const refused = of((status) => status === 503);
  return {
    perSecond: good.length / seconds,
    p50: quantile(good, 0.5),
    p95: quantile(good, 0.95),
    p99: quantile(good, 0.99),
    refused: refused.length,
    refusedP99: quantile(refused, 0.99),
    failed: answers.length - good.length - refused.length,
  };
}
