import { matchesFilter } from '../../../../index/index.ts';
import type { StoreOwner, VectorEntry, VectorStore } from '../../../../index/shared/types.ts';

export interface MemoryVectors {
  open(owner: StoreOwner): Promise<VectorStore>;
  /** What it has of a gallery; tests may change it. */
  of(owner: StoreOwner): Map<number, VectorEntry>;
  /** Is called before each operation, by its name; what it throws is what the operation throws. */
  before: (operation: string) => void | Promise<void>;
}

/** A store of vectors in memory that several servers of one process share, and that fails as a test wants. */
export function memoryVectors(kind = 'memory'): MemoryVectors {
  const galleries = new Map<string, Map<number, VectorEntry>>();
  const of = ({ identity }: StoreOwner): Map<number, VectorEntry> => {
    const kept = galleries.get(identity) ?? new Map<number, VectorEntry>();
    galleries.set(identity, kept);
    return kept;
  };
  const memory: MemoryVectors = {
    of,
    before: () => {},
    async open(owner) {
      const kept = of(owner);
      return {
        kind,
        async put(entries) {
          await memory.before('put');
          for (const entry of entries) kept.set(entry.label, { ...entry, vector: entry.vector.slice() });
        },
        async remove(labels) {
          await memory.before('remove');
          for (const label of labels) kept.delete(label);
        },
        async search(query, { k, filter }) {
          await memory.before('search');
          return [...kept.values()]
            .filter(({ metadata }) => filter === undefined || matchesFilter(filter, metadata))
            .map(({ label, vector }) => ({
              label,
              product: vector.reduce((sum, value, i) => sum + value * Number(query[i]), 0),
            }))
            .sort((a, b) => b.product - a.product || a.label - b.label)
            .slice(0, k)
            .map(({ label }) => label);
        },
        count: async () => kept.size,
        async clear() {
          await memory.before('clear');
          kept.clear();
        },
        close: async () => {},
      };
    },
  };
  return memory;
}
