import { matchesFilter } from '../../../index/index.ts';
import type { Filter, Metadata, NewRecord } from '../../../index/types.ts';

interface Kept {
  readonly id: string;
  readonly metadata: Metadata | null;
  readonly vector: Float32Array;
}

/** What a gallery must say, kept in a map and computed by the definition. */
export class Twin {
  private readonly kept = new Map<string, Kept>();

  get size(): number {
    return this.kept.size;
  }

  has(id: string): boolean {
    return this.kept.has(id);
  }

  put({ id = '', metadata = null, vector }: NewRecord): void {
    this.kept.set(id, { id, metadata, vector });
  }

  remove(id: string): boolean {
    return this.kept.delete(id);
  }

  /** The records that pass, in the order of their ids. */
  passing(filter: Filter = { and: [] }): Kept[] {
    const found = [...this.kept.values()].filter(({ metadata }) => matchesFilter(filter, metadata));
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The `k` nearest that pass. */
  nearest(query: Float32Array, k: number, filter?: Filter): { id: string; distance: number }[] {
    return this.passing(filter)
      .map(({ id, vector }) => ({ id, distance: distance(query, vector) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k);
  }
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - Number(b[i])));
}
