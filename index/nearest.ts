/** A vector's label and its distance from a query. */
export interface Neighbour {
  readonly label: number;
  readonly distance: number;
}

/** Whether `a` ranks behind `b`: farther, or as far and younger (labels grow with time). */
function isBehind(a: Neighbour, b: Neighbour): boolean {
  return a.distance > b.distance || (a.distance === b.distance && a.label > b.label);
}

/** Keeps the nearest `capacity` of the neighbours it is offered: a binary heap with the last-ranked at the root. */
export class NearestList {
  private readonly heap: Neighbour[] = [];
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** A neighbour farther than this cannot enter. */
  get limit(): number {
    return this.heap.length < this.capacity ? Number.POSITIVE_INFINITY : (this.heap[0]?.distance ?? 0);
  }

  offer(label: number, distance: number): void {
    const offered = { label, distance };
    const [last] = this.heap;
    if (this.heap.length < this.capacity) {
      this.heap.push(offered);
      this.siftUp(this.heap.length - 1);
    } else if (last !== undefined && isBehind(last, offered)) {
      this.heap[0] = offered;
      this.siftDown(0);
    }
  }

  /** The neighbours kept, nearest first; equal distances by age. */
  ranked(): Neighbour[] {
    return [...this.heap].sort((a, b) => a.distance - b.distance || a.label - b.label);
  }

  private siftUp(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.swapIfBehind(child, parent)) return;
      child = parent;
    }
  }

  private siftDown(start: number): void {
    let parent = start;
    for (;;) {
      const left = 2 * parent + 1;
      const a = this.heap[left];
      const b = this.heap[left + 1];
      if (a === undefined) return;
      const child = b !== undefined && isBehind(b, a) ? left + 1 : left;
      if (!this.swapIfBehind(child, parent)) return;
      parent = child;
    }
  }

  private swapIfBehind(child: number, parent: number): boolean {
    const below = this.heap[child];
    const above = this.heap[parent];
    if (below === undefined || above === undefined || !isBehind(below, above)) return false;
    this.heap[child] = above;
    this.heap[parent] = below;
    return true;
  }
}
