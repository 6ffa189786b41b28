import type { ExactIndex } from './exact.ts';

/** Equal vectors: one of them stands for all in the graph. */
interface Group {
  original: number;
  /** Oldest first. */
  readonly members: Set<number>;
}

/**
 * Which live vectors are equal to another, bit for bit. hnswlib connects such vectors with each other and with nothing else, so that some hundred copies of one
 * picture keep its walks from everything beyond: of each group only the **original** is in the graph, and its **doubles** are found by it.
 */
export class Doubles {
  private readonly vectors: ExactIndex;
  /** A live label by the hash of its vector. */
  private readonly byHash = new Map<number, number>();
  private readonly groups = new Map<number, Group>();

  /** Looks at the vectors that are there, oldest first. */
  constructor(vectors: ExactIndex) {
    this.vectors = vectors;
    for (const label of vectors.sortedLabels()) this.add(label);
  }

  /** Whether there are any. */
  get exist(): boolean {
    return this.groups.size > 0;
  }

  /** Takes a label whose vector is there already; says whether it is a double. */
  add(label: number): boolean {
    const hash = this.hashOf(label);
    const other = this.byHash.get(hash);
    if (other === undefined) this.byHash.set(hash, label);
    // Vectors that differ and share a hash are no group: the younger one is simply not looked for.
    if (other === undefined || !this.areEqual(label, other)) return false;
    const group = this.groups.get(other) ?? { original: other, members: new Set([other]) };
    group.members.add(label);
    this.groups.set(other, group);
    this.groups.set(label, group);
    return true;
  }

  /** Takes a label out whose vector is still there; answers with the double that is the original from now on. */
  remove(label: number): number | undefined {
    const hash = this.hashOf(label);
    const group = this.groups.get(label);
    this.groups.delete(label);
    group?.members.delete(label);
    const [next] = group?.members ?? [];
    if (this.byHash.get(hash) === label) {
      if (next === undefined) this.byHash.delete(hash);
      else this.byHash.set(hash, next);
    }
    if (group === undefined || next === undefined || group.original !== label) return undefined;
    group.original = next;
    return next;
  }

  isDouble(label: number): boolean {
    const group = this.groups.get(label);
    return group !== undefined && group.original !== label;
  }

  /** The labels with all that are equal to one of them, each once. */
  withDoubles(labels: readonly number[]): number[] {
    const all = new Set(labels);
    for (const label of labels) for (const member of this.groups.get(label)?.members ?? []) all.add(member);
    return [...all];
  }

  /** Two hashes of 26 bits in one whole number. */
  private hashOf(label: number): number {
    let [a, b] = [0x811c9dc5, 0x9e3779b9];
    const words = this.vectors.words(label);
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      a = Math.imul(a ^ word, 0x01000193);
      b = Math.imul(b ^ (word >>> 15), 0x85ebca6b) + word;
    }
    return (a >>> 6) * 2 ** 26 + (b >>> 6);
  }

  private areEqual(a: number, b: number): boolean {
    const other = this.vectors.words(b);
    return this.vectors.words(a).every((word, i) => word === other[i]);
  }
}
