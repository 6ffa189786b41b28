import { HoldfastError } from '../../base/errors.ts';
import { engines } from './engines.ts';

/** Options as they are written. */
export interface IndexBenchOptions {
  readonly vectors?: string | undefined;
  readonly dimensions?: string | undefined;
  readonly queries?: string | undefined;
  readonly engines?: string | undefined;
  readonly python?: string | undefined;
}

export interface IndexBench {
  readonly counts: readonly number[];
  readonly dimensions: readonly number[];
  readonly queries: number;
  /** Names of those that are compared. */
  readonly engines: readonly string[];
  /** The Python that is asked for faiss and hnswlib. */
  readonly python: string;
}

/** @throws HoldfastError OPTION_INVALID */
export function readIndexOptions(given: IndexBenchOptions): IndexBench {
  const { vectors = '10000,100000', dimensions = '128,512', queries = '1000', python = 'python3' } = given;
  const wanted = given.engines?.split(',') ?? Object.keys(engines);
  const unknown = wanted.find((name) => !Object.hasOwn(engines, name));
  if (unknown !== undefined) {
    const known = Object.keys(engines).join(', ');
    throw new HoldfastError('OPTION_INVALID', `--engines has "${unknown}", not one of: ${known}`);
  }
  return {
    counts: numbers('vectors', vectors, 100),
    dimensions: numbers('dimensions', dimensions, 2),
    queries: numbers('queries', queries, 1)[0] ?? 1,
    engines: wanted,
    python,
  };
}

function numbers(name: string, text: string, least: number): number[] {
  return text.split(',').map((part) => {
    const number = Number(part);
    if (/^\d+$/.test(part) && Number.isSafeInteger(number) && number >= least) return number;
    throw new HoldfastError('OPTION_INVALID', `--${name} has "${part}", not a whole number of at least ${least}`);
  });
}
