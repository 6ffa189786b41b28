import type { Connection } from './cluster.ts';
import type { ShardKeys } from './keys.ts';

/** A label and how near its vector is, 0 to 1. */
export interface Scored {
  readonly label: number;
  readonly score: number;
}

export interface ShardSearch {
  readonly vector: Buffer;
  readonly k: number;
  readonly ef: number;
  readonly expression: string;
  /** Whether the expression is of a filter, or holds of all that counts. */
  readonly filtered: boolean;
}

/** How many elements a walk looks at before it ends, however few have passed. */
const MOST_LOOKED_AT = 20_000;

/**
 * The nearest of a shard. A walk along the graph may end before it has met `k` that pass a filter; then every element is
 * looked at.
 */
export async function searchShard(connection: Connection, keys: ShardKeys, search: ShardSearch): Promise<Scored[]> {
  const { vector, k, ef, expression, filtered } = search;
  const ask = async (...effort: (string | number)[]): Promise<Scored[]> => {
    const options = ['WITHSCORES', 'COUNT', k, 'FILTER', expression, ...effort];
    const [answer] = await connection.read(keys.slot, [['VSIM', keys.vectors, 'FP32', vector, ...options]]);
    return scoredOf(answer);
  };
  const walked = await ask('EF', Math.max(ef, k), 'FILTER-EF', MOST_LOOKED_AT);
  return filtered && walked.length < k ? ask('TRUTH') : walked;
}

/** The `k` nearest of the answers of all shards, nearest first; equal ones by label. */
export function mergeShards(answers: readonly (readonly Scored[])[], k: number): number[] {
  const all = answers.flat().sort((a, b) => b.score - a.score || a.label - b.label);
  return all.slice(0, k).map(({ label }) => label);
}

/** Elements and scores, one after the other. */
function scoredOf(answer: unknown): Scored[] {
  const parts = Array.isArray(answer) ? answer.map(Number) : [];
  return Array.from({ length: parts.length / 2 }, (_, i) => ({
    label: parts[2 * i] ?? 0,
    score: parts[2 * i + 1] ?? 0,
  }));
}
