import type { Head } from './rows.ts';

/** What a head takes beside its characters: an object, four strings and a place in the map, in bytes. */
const OVERHEAD = 250;
/** Enough for 100,000 records with metadata of some words. */
const BUDGET = 64 * 2 ** 20;

/**
 * Heads of records that were read and checked, by label, up to some bytes; the oldest go first. What a label stands
 * for never changes, so that a head is right for as long as the label is there.
 */
export class HeadCache {
  private readonly heads = new Map<number, Head>();
  private readonly budget: number;
  private bytes = 0;

  constructor(budget = BUDGET) {
    this.budget = budget;
  }

  get(label: number): Head | undefined {
    return this.heads.get(label);
  }

  set(label: number, head: Head): void {
    this.delete(label);
    this.heads.set(label, head);
    this.bytes += sizeOf(head);
    for (const oldest of this.heads.keys()) {
      if (this.bytes <= this.budget) return;
      this.delete(oldest);
    }
  }

  delete(label: number): void {
    const head = this.heads.get(label);
    if (head === undefined) return;
    this.heads.delete(label);
    this.bytes -= sizeOf(head);
  }
}

function sizeOf({ id, text, metadata, createdAt }: Head): number {
  return OVERHEAD + 2 * (id.length + (text?.length ?? 0) + (metadata?.length ?? 0) + createdAt.length);
}
