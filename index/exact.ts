import { NearestList, type Neighbour } from './nearest.ts';

/**
 * The live vectors in one compact matrix, and search by looking at each of them: the twin of the graph, and what
 * measures the distances of the graph's candidates.
 */
export class ExactIndex {
  readonly dimension: number;
  private matrix: Float32Array<ArrayBuffer>;
  private readonly labels: number[] = [];
  private readonly rows = new Map<number, number>();

  /** `expected` vectors get room at once. */
  constructor(dimension: number, expected = 0) {
    this.dimension = dimension;
    this.matrix = new Float32Array(Math.max(16, expected) * dimension);
  }

  get count(): number {
    return this.labels.length;
  }

  has(label: number): boolean {
    return this.rows.has(label);
  }

  /** All labels, in no order. */
  allLabels(): Iterable<number> {
    return this.labels;
  }

  /** All labels, oldest first. */
  sortedLabels(): number[] {
    return [...this.labels].sort((a, b) => a - b);
  }

  /** Makes room for more vectors, so that the next `add`s cannot fail. @throws RangeError when memory is short. */
  reserve(more: number): void {
    const needed = (this.count + more) * this.dimension;
    if (needed <= this.matrix.length) return;
    const grown = new Float32Array(Math.max(needed, 2 * this.matrix.length));
    grown.set(this.matrix);
    this.matrix = grown;
  }

  /** Copies the vector in. @throws RangeError for a label that is there. */
  add(label: number, vector: Float32Array): void {
    if (this.rows.has(label)) throw new RangeError(`label ${label} is taken`);
    this.reserve(1);
    this.matrix.set(vector, this.count * this.dimension);
    this.rows.set(label, this.labels.length);
    this.labels.push(label);
  }

  /** The last row moves into the gap. @throws RangeError for an unknown label. */
  remove(label: number): void {
    const row = this.rowOf(label);
    const last = this.labels.length - 1;
    const moved = this.labels[last] ?? label;
    this.matrix.copyWithin(row * this.dimension, last * this.dimension, (last + 1) * this.dimension);
    this.labels[row] = moved;
    this.rows.set(moved, row);
    this.labels.pop();
    this.rows.delete(label);
  }

  /** A copy of the vector. @throws RangeError for an unknown label. */
  vector(label: number): Float32Array<ArrayBuffer> {
    const start = this.rowOf(label) * this.dimension;
    return this.matrix.slice(start, start + this.dimension);
  }

  /** The bits of the vector, until the next write. @throws RangeError for an unknown label. */
  words(label: number): Uint32Array {
    const start = this.rowOf(label) * this.dimension * Float32Array.BYTES_PER_ELEMENT;
    return new Uint32Array(this.matrix.buffer, start, this.dimension);
  }

  /** Copies of the vectors, one after the other. @throws RangeError for an unknown label. */
  pack(labels: readonly number[]): Float32Array<ArrayBuffer> {
    const copies = new Float32Array(labels.length * this.dimension);
    for (const [i, label] of labels.entries()) {
      const start = this.rowOf(label) * this.dimension;
      copies.set(this.matrix.subarray(start, start + this.dimension), i * this.dimension);
    }
    return copies;
  }

  /** The `k` nearest by Euclidean distance, of all or of the labels `among`; nearest first, equal ones by age. */
  nearest(query: Float32Array, k: number, among?: readonly number[]): Neighbour[] {
    const list = new NearestList(Math.min(k, this.count));
    const rows = among?.map((label) => this.rowOf(label));
    const count = rows?.length ?? this.count;
    for (let i = 0; i < count; i++) {
      const row = rows === undefined ? i : Number(rows[i]);
      const squared = this.squaredDistance(query, row);
      if (squared <= list.limit) list.offer(Number(this.labels[row]), squared);
    }
    return list.ranked().map(({ label, distance }) => ({ label, distance: Math.sqrt(distance) }));
  }

  /** Four sums side by side: they do not wait for one another. */
  private squaredDistance(query: Float32Array, row: number): number {
    const { matrix, dimension } = this;
    const start = row * dimension;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i + 3 < dimension; i += 4) {
      const p = (query[i] as number) - (matrix[start + i] as number);
      const q = (query[i + 1] as number) - (matrix[start + i + 1] as number);
      const r = (query[i + 2] as number) - (matrix[start + i + 2] as number);
      const s = (query[i + 3] as number) - (matrix[start + i + 3] as number);
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    for (; i < dimension; i++) a += ((query[i] as number) - (matrix[start + i] as number)) ** 2;
    return a + b + (c + d);
  }

  private rowOf(label: number): number {
    const row = this.rows.get(label);
    if (row === undefined) throw new RangeError(`there is no label ${label}`);
    return row;
  }
}
