/** Of the vectors of the fault tests. */
export const DIMENSION = 24;

/** What a writer said before it died: what must be there, what must not, and what may be either. */
export class Ledger {
  readonly present = new Set<string>();
  readonly gone = new Set<string>();
  /** The ids of each addition that was begun: all of one are there, or none. */
  readonly batches: string[][] = [];
  private pending = new Set<string>();
  acknowledged = 0;

  read(line: string): void {
    const [verb, ...ids] = line.split(' ');
    if (verb === 'adding') this.batches.push(ids);
    if (verb === 'adding' || verb === 'removing') this.pending = new Set(ids);
    if (verb !== 'added' && verb !== 'removed') return;
    this.acknowledged++;
    this.pending.clear();
    for (const id of ids) {
      if (verb === 'added') this.present.add(id);
      else this.forget(id);
    }
  }

  /** Whether the write that touches this id was begun and not acknowledged. */
  isOpen(id: string): boolean {
    return this.pending.has(id);
  }

  private forget(id: string): void {
    this.present.delete(id);
    this.gone.add(id);
  }
}
